/** The outbox as operators see to it. */
import type { EntityManager } from '@mikro-orm/core';

import { OutboxMail } from './outbox-mail.ts';

/** What waits, and what was given up, oldest first. */
export async function listOutbox(em: EntityManager): Promise<OutboxMail[]> {
  return em.findAll(OutboxMail, { orderBy: { id: 'asc' } });
}

/**
 * Tries mails again that were given up, from the beginning.
 *
 * @param id null for all of them
 * @returns how many there were
 */
export async function retryFailed(
  em: EntityManager,
  id: string | null,
  now: Date,
): Promise<number> {
  const which = id === null ? {} : { id };

  return em.nativeUpdate(
    OutboxMail,
    { ...which, failedAt: { $ne: null } },
    { failedAt: null, attempts: 0, dueAt: now },
  );
}
