/**
 * Who the rest of an operation is. Flask-Login's `login_user` and `logout_user`: a field that follows a
 * `login` in the same operation is logged in, one that follows a `logout` is not.
 */
import { RequestCache } from '@pothos/plugin-scope-auth';

import type { Context } from '../context.ts';
import type { User } from '../users/user.ts';

export async function logIn(
  context: Context,
  user: User,
  options: { isRemembered: boolean },
): Promise<void> {
  await context.session.start(user, options);
  become(context, user);
}

/** @returns the ids of the sessions that ended: none when there was none */
export async function logOut(context: Context): Promise<string[]> {
  const ended = await context.session.end();
  become(context, null);

  return ended === null ? [] : [ended];
}

function become(context: Context, user: User | null): void {
  context.currentUser = user;
  // What the gate decided for the fields before holds no longer.
  RequestCache.clearForContext(context);
}
