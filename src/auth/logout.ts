/** Ending sessions: this one, the others, or all. */
import type { AuthenticatedContext, Context } from '../context.ts';
import { NotFoundError } from '../graphql/errors.ts';
import { replacedCookieRefusal } from '../graphql/scopes.ts';
import { endOldestSessions, endSessions, othersThan } from '../session/user-sessions.ts';
import type { CurrentUser } from '../users/user.ts';
import { logOut } from './identity.ts';

export type LogoutScope = 'ALL_SESSIONS' | 'OTHER_SESSIONS' | 'THIS_SESSION';

/**
 * @returns the ids of the sessions that ended: none for a visitor who has none
 * @throws {GraphQLError} SESSION_ENDED for a cookie that was just replaced: it ends its own session at most
 */
export async function endSessionsWithin(context: Context, scope: LogoutScope): Promise<string[]> {
  // A program has no session, and none of its owner's are its to end.
  const { user, isReadOnly } = context.session;
  if (isReadOnly && scope !== 'THIS_SESSION') {
    throw replacedCookieRefusal();
  }
  const others = user && scope !== 'THIS_SESSION' ? await endOthers(context, user) : [];
  if (scope === 'OTHER_SESSIONS') {
    return others;
  }
  const ended = await logOut(context);
  if (ended?.user) {
    await context.events.record({ type: 'LOGGED_OUT', user: ended.user, sessionId: ended.id });
  }

  return ended ? [ended.id, ...others] : others;
}

/**
 * @param id null for what is the id of no session
 * @throws {NotFoundError} also for somebody else's session
 */
export async function endOneSession(
  context: AuthenticatedContext,
  id: string | null,
): Promise<string> {
  const { currentUser, session, events } = context;
  if (id !== null && id === session.row?.id) {
    await endSessionsWithin(context, 'THIS_SESSION');
    return id;
  }
  const [ended] = id === null ? [] : await endSessions(context, currentUser, { id });
  if (ended === undefined) {
    throw new NotFoundError('You have no such session.');
  }
  await events.record({ type: 'SESSION_ENDED', user: currentUser, sessionId: ended });

  return ended;
}

/** Makes room for the session of a login: whoever logs in more often than is allowed loses the oldest. */
export async function endSurplus(context: Context, user: CurrentUser): Promise<void> {
  await recordEnded(context, user, await endOldestSessions(context, user, context.quotas.sessions));
}

async function endOthers(context: Context, user: CurrentUser): Promise<string[]> {
  const ended = await endSessions(context, user, othersThan(context.session.row));
  await recordEnded(context, user, ended);

  return ended;
}

async function recordEnded({ events }: Context, user: CurrentUser, ended: string[]): Promise<void> {
  await Promise.all(
    ended.map(async (sessionId) => events.record({ type: 'SESSION_ENDED', user, sessionId })),
  );
}
