/**
 * What operators do to the accounts of others. Whatever changes who may come in also ends the sessions of
 * the account, in the same transaction: nobody goes on under what held before.
 */
import type { SqlEntityManager } from '@mikro-orm/sqlite';
import { validate as isUuid } from 'uuid';

import type { Context } from '../context.ts';
import { transact } from '../database/transact.ts';
import { NotFoundError } from '../graphql/errors.ts';
import { endSessions } from '../session/user-sessions.ts';
import { User, usernameKey } from '../users/user.ts';
import { AccessToken } from './access-token.ts';
import { putNotice, type NoticeScope } from './notices.ts';
import type { Passwords } from './passwords.ts';
import type { SecurityEventType } from './security-event.ts';
import { forgetAttempts } from './throttle.ts';

/** What these changes need; unlike a request's context, it belongs to nobody who is logged in. */
export type Administration = Pick<Context, 'changes' | 'clock' | 'em' | 'events'>;

/** @throws {NotFoundError} */
export async function findAccount({ em }: Pick<Context, 'em'>, username: string): Promise<User> {
  const user = await em.findOne(User, { usernameKey: usernameKey(username) });
  if (!user) {
    throw new NotFoundError(`There is no user ${username}.`);
  }

  return user;
}

/**
 * Nobody logs in to the account any more, and its access tokens are refused until it is enabled.
 *
 * @returns the ids of the sessions that ended
 */
export async function disableAccount(scope: Administration, user: User): Promise<string[]> {
  const disabledAt = scope.clock();

  return change(scope, user, 'ACCOUNT_DISABLED', async (em) =>
    em.nativeUpdate(User, { id: user.id }, { disabledAt }),
  );
}

/** @returns false also when there is no such account any more */
export async function isAccountDisabled(em: SqlEntityManager, id: string): Promise<boolean> {
  return (await em.fork().count(User, { id, disabledAt: { $ne: null } })) > 0;
}

/** @returns the ids of the sessions that ended */
export async function enableAccount(scope: Administration, user: User): Promise<string[]> {
  return change(scope, user, 'ACCOUNT_ENABLED', async (em) =>
    em.nativeUpdate(User, { id: user.id }, { disabledAt: null }),
  );
}

/**
 * Sets a password without asking for the old one. Access tokens go, too, and an address that waits: whoever knew
 * the old password may have made the one, and given the other. Failed attempts are forgotten, so that the owner
 * need not wait.
 *
 * @returns the ids of the sessions that ended
 */
export async function resetPassword(
  scope: Administration & NoticeScope & { passwords: Pick<Passwords, 'hash'> },
  user: User,
  password: string,
): Promise<string[]> {
  const passwordHash = await scope.passwords.hash(password);

  return change(scope, user, 'PASSWORD_CHANGED', async (em) => {
    // First of all: whoever makes a token meanwhile waits for this row, and finds the session gone.
    await em.nativeUpdate(User, { id: user.id }, { passwordHash, pendingEmail: null });
    await em.nativeDelete(AccessToken, { user: user.id });
    putNotice(scope, em, user, 'PASSWORD_CHANGED');
    await forgetAttempts(em, user);
  });
}

/**
 * @param id null for all of them
 * @returns the ids of the sessions that ended
 * @throws {NotFoundError} when the user has no session of that id
 */
export async function endSessionsOf(
  { em, changes, events }: Administration,
  user: User,
  id: string | null,
): Promise<string[]> {
  const which = id === null ? {} : { id };
  const ended = id === null || isUuid(id) ? await endSessions({ em, changes }, user, which) : [];
  if (id !== null && ended.length === 0) {
    throw new NotFoundError(`${user.username} has no such session.`);
  }
  await Promise.all(
    ended.map(async (sessionId) => events.record({ type: 'SESSION_ENDED', user, sessionId })),
  );

  return ended;
}

async function change(
  { em, changes, events }: Administration,
  user: User,
  type: SecurityEventType,
  make: (em: SqlEntityManager) => Promise<unknown>,
): Promise<string[]> {
  const ended = await transact(em, async (tx) => {
    await make(tx);
    await tx.flush();

    return endSessions({ em: tx, changes }, user);
  });
  await events.record({ type, user, details: { endedSessions: ended.length } });

  return ended;
}
