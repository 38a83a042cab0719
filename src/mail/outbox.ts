/**
 * The outbox: a mail is a row, written together with what causes it. Whoever asks for a mail never waits for a
 * server of mails, and does not learn whether there is one; what was committed is sent, also after a crash.
 */
import type { EntityManager } from '@mikro-orm/core';

import type { Clock } from '../clock.ts';
import { OutboxMail, type MailData } from './outbox-mail.ts';

/** What is to be sent. `Kind` tells which mail it is. */
export interface NewMail<Kind extends string = string> {
  readonly kind: Kind;
  readonly recipient: string;
  readonly userId: string | null;
  readonly data?: MailData;
}

export interface Outbox<Kind extends string = string> {
  /** Whether anybody carries mails. If not, nothing is put in. */
  readonly isOpen: boolean;
  /** The row is written when `em` is flushed, in its transaction. */
  put(em: EntityManager, mail: NewMail<Kind>): void;
  /** What was put in has been committed: it need not wait. */
  wake(): void;
}

export interface OutboxOptions {
  readonly clock: Clock;
  /** Begins to send; null when nobody does. */
  readonly wake: (() => void) | null;
}

export function createOutbox<Kind extends string>({ clock, wake }: OutboxOptions): Outbox<Kind> {
  return {
    isOpen: wake !== null,
    put: (em, { kind, recipient, userId, data = {} }) => {
      if (wake) {
        const now = clock();
        em.create(OutboxMail, {
          kind,
          recipient,
          userId,
          data,
          createdAt: now,
          dueAt: now,
          attempts: 0,
        });
      }
    },
    wake: () => wake?.(),
  };
}
