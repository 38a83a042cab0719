/**
 * From the cookie to the session, in one query. A cookie that is not good makes an anonymous visitor, and
 * never an error; the reason is kept for whoever asks. A database that does not answer is an error.
 */
import { writeIfPossible } from '../database/write-if-possible.ts';
import { whyNotSent } from './cookie-advice.ts';
import { browserFamilyOf } from './device.ts';
import { findSession } from './find-session.ts';
import { RequestSession, type OpenedSession } from './request-session.ts';
import { hashOf } from './secret.ts';
import type { CookieReading, SessionToken } from './session-cookie.ts';
import { writeCookie, type SessionScope } from './session-scope.ts';
import { Session } from './session.ts';
import { isSame } from './signer.ts';

/** How often at most, in milliseconds, it is written down that a session is in use. */
const TOUCH_INTERVAL = 60 * 60 * 1000;

/** What a cookie can tell that somebody should know of. */
export type SessionIncident =
  | { readonly kind: 'cookie refused'; readonly reason: string }
  /** The cookie did not come, or will not: a browser keeps it to itself. */
  | { readonly kind: 'cookie withheld'; readonly reason: string }
  | { readonly kind: 'expired'; readonly session: Session }
  /** The token turned up in another kind of browser. The session is no longer fresh. */
  | { readonly kind: 'protected'; readonly session: Session }
  /** The storage cannot be written to: what was to be noted of the session is not. */
  | { readonly kind: 'not written'; readonly fault: Error };

type Report = (incident: SessionIncident) => Promise<void> | void;

export async function openSession(scope: SessionScope, report: Report): Promise<RequestSession> {
  const reading = scope.cookie.read(scope.exchange.headers['cookie']);

  return new RequestSession(scope, await openReading(scope, reading, report));
}

/** The session that the same request would have by now. Nobody uses it: nothing is written, set or reported. */
export async function reopenSession(scope: SessionScope): Promise<RequestSession> {
  const reading = scope.cookie.read(scope.exchange.headers['cookie']);
  if (reading.kind !== 'signed') {
    const anonymousReason = reading.kind === 'none' ? 'NO_COOKIE' : 'INVALID_COOKIE';

    return new RequestSession(scope, { row: null, anonymousReason });
  }

  return new RequestSession(scope, await find(scope, reading.token, () => {}));
}

async function openReading(
  scope: SessionScope,
  reading: CookieReading,
  report: Report,
): Promise<OpenedSession> {
  if (reading.kind === 'none') {
    const reason = whyNotSent(scope.exchange.headers);
    if (reason !== null) {
      await report({ kind: 'cookie withheld', reason });
    }
    return { row: null, anonymousReason: 'NO_COOKIE' };
  }
  if (reading.kind === 'invalid') {
    await report({ kind: 'cookie refused', reason: reading.reason });
    return { row: null, anonymousReason: 'INVALID_COOKIE' };
  }

  const opened = await find(scope, reading.token, report);
  if (opened.row) {
    if (reading.isOld && !opened.isReplaced) {
      writeCookie(scope, opened.row, reading.token.secret);
    }
    await protect(scope, opened.row, report);
    await touch(scope, opened.row, report);
  }

  return opened;
}

async function find(
  { em, clock, lifetimes, isReading = false }: SessionScope,
  { id, secret }: SessionToken,
  report: Report,
): Promise<OpenedSession> {
  const row = await findSession(em, id, !isReading);
  const secretHash = hashOf(secret);
  const isReplaced = row?.wasJustReplaced(secretHash, clock()) ?? false;

  if (!row || !(isReplaced || isSame(row.secretHash, secretHash))) {
    return { row: null, anonymousReason: 'SESSION_ENDED' };
  }
  if (row.isExpired(clock(), lifetimes)) {
    await report({ kind: 'expired', session: row });
    return { row: null, anonymousReason: 'SESSION_EXPIRED' };
  }
  if (row.user?.isDisabled()) {
    return { row: null, anonymousReason: 'ACCOUNT_DISABLED' };
  }

  return { row, isReplaced };
}

/** Addresses change with every train ride and are not compared; a browser does not become another one. */
async function protect(
  { em, exchange }: SessionScope,
  row: Session,
  report: Report,
): Promise<void> {
  const userAgent = exchange.headers['user-agent']?.slice(0, 512) ?? null;
  if (!row.user || userAgent === row.userAgent) {
    return;
  }
  const isSameFamily = browserFamilyOf(userAgent) === browserFamilyOf(row.userAgent);
  // Once is enough: whoever holds a cookie could fill the audit table with the next ones.
  const isNews = !isSameFamily && row.authenticatedAt !== null;
  row.userAgent = userAgent;
  if (!isSameFamily) {
    row.authenticatedAt = null;
  }
  const { id, authenticatedAt } = row;
  const isWritten = await writeIfPossible(
    async () => em.nativeUpdate(Session, { id }, { userAgent, authenticatedAt }),
    async (fault) => report({ kind: 'not written', fault }),
  );
  // What could not be written is noticed, and told, by the next request.
  if (isNews && isWritten) {
    await report({ kind: 'protected', session: row });
  }
}

/** A short idle timeout asks for more than one touch an hour: a session in use would end by it. */
async function touch(
  { em, exchange, clock, lifetimes }: SessionScope,
  row: Session,
  report: Report,
): Promise<void> {
  const now = clock();
  const interval = Math.min(TOUCH_INTERVAL, lifetimes.idleTimeout / 10);
  if (now.getTime() - row.lastActiveAt.getTime() >= interval) {
    const { id } = row;
    const use = { lastActiveAt: now, ipAddress: exchange.address };
    Object.assign(row, use);
    await writeIfPossible(
      async () => em.nativeUpdate(Session, { id }, use),
      async (fault) => report({ kind: 'not written', fault }),
    );
  }
}
