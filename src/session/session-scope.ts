import type { Context } from '../context.ts';
import type { SessionCookie } from './session-cookie.ts';
import type { SessionLifetimes, StoredSession } from './session.ts';

/** What a session needs from its request and from the application. */
export interface SessionScope {
  readonly request: Pick<Context, 'changes' | 'clock' | 'em' | 'exchange' | 'reader'>;
  readonly cookie: SessionCookie;
  readonly lifetimes: SessionLifetimes;
}

/** Sets the cookie of a session: one that outlives the browser if the session is remembered. */
export function writeCookie(scope: SessionScope, row: StoredSession, secret: string): void {
  const { cookie, request } = scope;
  const secondsLeft = Math.floor((row.expiresAt.getTime() - request.clock().getTime()) / 1000);
  const maxAge = row.isRemembered ? secondsLeft : null;

  request.exchange.answerCookies.set(cookie.name, cookie.write({ id: row.id, secret }, maxAge));
}
