import type { EntityManager } from '@mikro-orm/core';

import { OutboxMail } from './outbox-mail.ts';

/** For how long, in milliseconds, a mail that was given up is kept, for an operator to send it after all. */
const KEPT_FOR = 30 * 24 * 60 * 60 * 1000;

/**
 * Deletes mails that were given up long ago.
 *
 * @param limit how many at the most
 * @returns how many there were
 */
export async function sweepOutbox(em: EntityManager, now: Date, limit: number): Promise<number> {
  const where = { failedAt: { $lt: new Date(now.getTime() - KEPT_FOR) } };
  const old = await em.findAll(OutboxMail, { where, fields: ['id'], limit });

  return em.nativeDelete(OutboxMail, { id: { $in: old.map(({ id }) => id) } });
}
