/**
 * Who the rest of an operation is. Flask-Login's `login_user`, `confirm_login` and `logout_user`: a field
 * that follows a `login` in the same operation is logged in, one that follows a `logout` is not.
 */
import { RequestCache } from '@pothos/plugin-scope-auth';

import type { Context } from '../context.ts';
import type { Session } from '../session/session.ts';
import type { User } from '../users/user.ts';

/** Always a new session, with a new token. */
export async function logIn(
  context: Context,
  user: User,
  options: { isRemembered: boolean },
): Promise<Session> {
  const session = await context.session.start(user, options);
  become(context, user);

  return session;
}

/** The password was given again. */
export async function confirmLogin(context: Context): Promise<void> {
  await context.session.confirm();
  become(context, context.currentUser);
}

/** @returns the session that ended; null when there was none */
export async function logOut(context: Context): Promise<Session | null> {
  const ended = await context.session.end();
  become(context, null);

  return ended;
}

function become(context: Context, user: User | null): void {
  context.currentUser = user;
  context.accessToken = null;
  // What the gate decided for the fields before holds no longer.
  RequestCache.clearForContext(context);
}
