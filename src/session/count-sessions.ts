import type { EntityManager } from '@mikro-orm/core';

import { Session, type SessionLifetimes } from './session.ts';

/** How many sessions have not ended, those of anonymous visitors included. */
export async function countAliveSessions(
  em: EntityManager,
  now: Date,
  { idleTimeout }: SessionLifetimes,
): Promise<number> {
  return em.count(Session, {
    expiresAt: { $gt: now },
    lastActiveAt: { $gt: new Date(now.getTime() - idleTimeout) },
  });
}
