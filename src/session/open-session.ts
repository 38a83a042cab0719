import {
  RequestSession,
  hashOf,
  writeCookie,
  type AnonymousReason,
  type SessionScope,
} from './request-session.ts';
/**
 * From the cookie to the session, in one query. A cookie that is not good makes an anonymous visitor, and
 * never an error; the reason is kept for whoever asks. A database that does not answer is an error.
 */
import type { SessionToken } from './session-cookie.ts';
import { Session } from './session.ts';
import { isSame } from './signer.ts';

/** How often at most, in milliseconds, it is written down that a session is in use. */
const TOUCH_INTERVAL = 60 * 60 * 1000;

/** @param onInvalid is told why a cookie was not taken */
export async function openSession(
  scope: SessionScope,
  onInvalid: (reason: string) => void,
): Promise<RequestSession> {
  const reading = scope.cookie.read(scope.exchange.headers['cookie']);

  if (reading.kind === 'none') {
    return new RequestSession(scope, null, 'NO_COOKIE');
  }
  if (reading.kind === 'invalid') {
    onInvalid(reading.reason);
    return new RequestSession(scope, null, 'INVALID_COOKIE');
  }

  const found = await findSession(scope, reading.token);
  if (!(found instanceof Session)) {
    return new RequestSession(scope, null, found);
  }
  if (reading.isOld) {
    const { exchange, cookie } = scope;
    exchange.answerCookies.set(cookie.name, writeCookie(scope, found, reading.token.secret));
  }
  await touch(scope, found);

  return new RequestSession(scope, found, 'NOT_LOGGED_IN');
}

async function findSession(
  { em, clock, lifetimes }: SessionScope,
  { id, secret }: SessionToken,
): Promise<Session | AnonymousReason> {
  const row = await em.findOne(Session, id, { populate: ['user'], strategy: 'joined' });

  if (!row || !isSame(row.secretHash, hashOf(secret))) {
    return 'SESSION_ENDED';
  }
  if (row.isExpired(clock(), lifetimes)) {
    return 'SESSION_EXPIRED';
  }

  return row.user?.isDisabled() ? 'ACCOUNT_DISABLED' : row;
}

/** A short idle timeout asks for more than one touch an hour: a session in use would end by it. */
async function touch({ em, clock, lifetimes }: SessionScope, row: Session): Promise<void> {
  const now = clock();
  const interval = Math.min(TOUCH_INTERVAL, lifetimes.idleTimeout / 10);
  if (now.getTime() - row.lastActiveAt.getTime() >= interval) {
    row.lastActiveAt = now;
    await em.flush();
  }
}
