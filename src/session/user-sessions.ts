/** The sessions of one user, wherever they are logged in. What has expired is not among them. */
import type { FilterQuery } from '@mikro-orm/core';

import type { Context } from '../context.ts';
import type { CurrentUser } from '../users/user.ts';
import { accountChange } from './account-change.ts';
import { Session, type SessionLifetimes } from './session.ts';

/** A condition for the sessions of a user that are alive. */
export function aliveSessionsOf(
  user: Pick<CurrentUser, 'id'>,
  now: Date,
  { idleTimeout }: SessionLifetimes,
): FilterQuery<Session> {
  return {
    user: user.id,
    expiresAt: { $gt: now },
    lastActiveAt: { $gt: new Date(now.getTime() - idleTimeout) },
  };
}

/** A condition for all sessions but one. */
export function othersThan(session: Pick<Session, 'id'> | null): FilterQuery<Session> {
  return session ? { id: { $ne: session.id } } : {};
}

/**
 * Ends sessions of a user: their next request finds them gone, and their streams end.
 *
 * @param which null for all of them
 * @returns the ids of the sessions that ended
 */
export async function endSessions(
  { em, changes }: Pick<Context, 'changes' | 'em'>,
  user: Pick<CurrentUser, 'id'>,
  which: FilterQuery<Session> = {},
): Promise<string[]> {
  const where: FilterQuery<Session> = { $and: [{ user: user.id }, which] };
  const ids = await em.findAll(Session, { where, fields: ['id'], orderBy: { id: 'asc' } });
  await em.nativeDelete(Session, { id: { $in: ids.map(({ id }) => id) } });
  await changes.publish(em, accountChange(user.id));

  return ids.map(({ id }) => id);
}

/**
 * Ends all but the newest sessions of a user.
 *
 * @param count how many stay; those that have expired and are not swept yet are among them
 * @returns the ids of the sessions that ended
 */
export async function endOldestSessions(
  scope: Pick<Context, 'changes' | 'em'>,
  user: Pick<CurrentUser, 'id'>,
  count: number,
): Promise<string[]> {
  const [newestOfOld] = await scope.em.findAll(Session, {
    where: { user: user.id },
    fields: ['id'],
    orderBy: { id: 'desc' },
    offset: count,
    limit: 1,
  });

  return newestOfOld ? endSessions(scope, user, { id: { $lte: newestOfOld.id } }) : [];
}
