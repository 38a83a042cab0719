import type { SqlEntityManager } from '@mikro-orm/sqlite';

import type { Clock } from '../clock.ts';
import type { Changes } from '../database/changes.ts';
import type { Reader } from '../database/read-rows.ts';
import type { Exchange } from '../http/exchange.ts';
import type { SessionCookie } from './session-cookie.ts';
import type { SessionLifetimes, StoredSession } from './session.ts';

/** What a session needs from its request and from the application. */
export interface SessionScope {
  readonly exchange: Exchange;
  readonly em: SqlEntityManager;
  readonly reader: Reader;
  readonly changes: Changes;
  readonly cookie: SessionCookie;
  readonly lifetimes: SessionLifetimes;
  readonly clock: Clock;
}

/** Sets the cookie of a session: one that outlives the browser if the session is remembered. */
export function writeCookie(scope: SessionScope, row: StoredSession, secret: string): void {
  const { cookie, clock, exchange } = scope;
  const secondsLeft = Math.floor((row.expiresAt.getTime() - clock().getTime()) / 1000);
  const maxAge = row.isRemembered ? secondsLeft : null;

  exchange.answerCookies.set(cookie.name, cookie.write({ id: row.id, secret }, maxAge));
}
