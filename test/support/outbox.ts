/** The mailboxes of a test: what the outbox holds is sent when somebody looks. */
import type { Logger } from 'pino';

import { createMailComposer } from '../../src/auth/compose-mail.ts';
import type { Clock } from '../../src/clock.ts';
import type { Config } from '../../src/config.ts';
import type { Orm } from '../../src/database/orm-options.ts';
import type { MailTransport, RenderedMail } from '../../src/mail/mail-transport.ts';
import { createMailWorker } from '../../src/mail/mail-worker.ts';

/** A mail that has arrived. */
export interface ReceivedMail extends RenderedMail {
  /** The token of its link; empty when it has none. */
  readonly token: string;
}

export interface TestOutbox {
  /** Sends what is due. @returns all mails so far, oldest first */
  all(): Promise<readonly ReceivedMail[]>;
  /** Sends what is due. @returns the mail that was sent last; null when there was none */
  last(): Promise<ReceivedMail | null>;
  /** As `last`, with the token of its link. @throws {Error} when there is none */
  lastToken(): Promise<string>;
}

export interface TestOutboxOptions {
  readonly config: Config;
  readonly orm: Orm;
  readonly clock: Clock;
  readonly log: Logger;
  /** Carries the mails; they are kept in memory if nothing is said. */
  readonly transport?: MailTransport | undefined;
  readonly onToken: (token: string) => void;
}

export function createTestOutbox(options: TestOutboxOptions): TestOutbox {
  const { config, orm, clock, log, onToken } = options;
  const received: ReceivedMail[] = [];
  const memory: MailTransport = {
    send: async (mail) => {
      const token = /[?&#]token=([\w-]+)|#([\w-]+)$/u.exec(mail.link ?? '');
      const text = token?.[1] ?? token?.[2] ?? '';
      if (text !== '') {
        onToken(text);
      }
      received.push({ ...mail, token: text });
    },
    close: () => {},
  };
  const { transport = memory } = options;
  const compose = createMailComposer({
    orm,
    clock,
    settings: config.mail,
    publicUrl: config.publicUrl,
  });
  const worker = createMailWorker({ orm, clock, log, transport, compose, random: () => 0.5 });

  async function all(): Promise<readonly ReceivedMail[]> {
    await worker.sendDue();

    return received;
  }

  return {
    all,
    last: async () => (await all()).at(-1) ?? null,
    lastToken: async () => {
      const token = (await all()).at(-1)?.token ?? '';
      if (token === '') {
        throw new Error('The last mail has no token.');
      }

      return token;
    },
  };
}
