import type { EntityManager } from '@mikro-orm/core';

import { Session, type SessionLifetimes } from './session.ts';

/** For how long, in milliseconds, an expired session is kept, so that its browser is told why. */
const KEPT_FOR = 7 * 24 * 60 * 60 * 1000;

/**
 * Deletes sessions that expired long ago.
 *
 * @param limit how many at the most
 * @returns how many there were
 */
export async function sweepSessions(
  em: EntityManager,
  now: Date,
  { idleTimeout }: SessionLifetimes,
  limit: number,
): Promise<number> {
  const where = {
    $or: [
      { expiresAt: { $lt: new Date(now.getTime() - KEPT_FOR) } },
      { lastActiveAt: { $lt: new Date(now.getTime() - KEPT_FOR - idleTimeout) } },
    ],
  };
  const expired = await em.findAll(Session, { where, fields: ['id'], limit });

  return em.nativeDelete(Session, { id: { $in: expired.map(({ id }) => id) } });
}
