/**
 * Who the rest of an operation is. Flask-Login's `login_user`, `confirm_login` and `logout_user`: a field
 * that follows a `login` in the same operation is logged in, one that follows a `logout` is not.
 */
import type { SqlEntityManager } from '@mikro-orm/sqlite';
import { RequestCache } from '@pothos/plugin-scope-auth';

import type { AuthenticatedContext, Context } from '../context.ts';
import { transact } from '../database/transact.ts';
import { refusalOfAnonymous, replacedCookieRefusal } from '../graphql/scopes.ts';
import type { StoredSession } from '../session/session.ts';
import { currentUserOf, type CurrentUser, type User } from '../users/user.ts';

export interface LoginOptions {
  readonly isRemembered: boolean;
  /** Is done in the transaction that stores the session; when it throws, nobody is logged in. */
  readonly within?: (tx: SqlEntityManager) => Promise<void>;
}

/** Always a new session, with a new token. */
export async function logIn(
  context: Context,
  user: User,
  { within, ...options }: LoginOptions,
): Promise<StoredSession> {
  const adopt = await transact(context.em, async (tx) => {
    await within?.(tx);

    return context.session.start(tx, currentUserOf(user), options);
  });
  const session = adopt();
  become(context, session.user);

  return session;
}

/**
 * The password was given again.
 *
 * @throws {GraphQLError} SESSION_ENDED when the session has another cookie by now, or has ended
 */
export async function confirmLogin(context: Context): Promise<void> {
  if (!(await context.session.confirm())) {
    throw replacedCookieRefusal();
  }
  become(context, context.currentUser);
}

/**
 * The password is another one: nobody else has the session any more.
 *
 * @param tx of the transaction that changes the password
 * @returns what is to be called when it is committed
 * @throws {GraphQLError} SESSION_ENDED
 */
export async function takeOverLogin(context: Context, tx: SqlEntityManager): Promise<() => void> {
  const adopt = await context.session.takeOver(tx);
  if (!adopt) {
    throw refusalOfAnonymous('SESSION_ENDED');
  }

  return () => {
    adopt();
    become(context, context.currentUser);
  };
}

/** @returns the session that ended; null when there was none */
export async function logOut(context: Context): Promise<StoredSession | null> {
  const ended = await context.session.end();
  become(context, null);

  return ended;
}

/**
 * The row of the account was changed, and so is what the rest of the operation knows of it.
 *
 * @returns the account as it is now
 */
export function showChange(
  context: AuthenticatedContext,
  change: Partial<CurrentUser>,
): CurrentUser {
  context.currentUser = { ...context.currentUser, ...change };
  context.loaders.clear();

  return context.currentUser;
}

function become(context: Context, user: CurrentUser | null): void {
  context.currentUser = user;
  context.accessToken = null;
  // What the gate decided, and what was loaded, for the fields before holds no longer.
  RequestCache.clearForContext(context);
  context.loaders.clear();
}
