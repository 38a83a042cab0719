/**
 * From the cookie to the session, in one query. A cookie that is not good makes an anonymous visitor, and
 * never an error; the reason is kept for whoever asks. A database that does not answer is an error.
 */
import { writeIfPossible } from '../database/write-if-possible.ts';
import { isDisabled } from '../users/user.ts';
import { whyNotSent } from './cookie-advice.ts';
import { browserFamilyOf, userAgentOf } from './device.ts';
import { findSession } from './find-session.ts';
import { withoutCookie, type OpenedSession } from './opened-session.ts';
import type { CookieReading, SignedReading } from './session-cookie.ts';
import { writeCookie, type SessionScope } from './session-scope.ts';
import { isExpired, Session, wasJustReplaced, type StoredSession } from './session.ts';
import { isSame } from './signer.ts';

/** How often at most, in milliseconds, it is written down that a session is in use. */
const TOUCH_INTERVAL = 60 * 60 * 1000;

/** What a cookie can tell that somebody should know of. */
export type SessionIncident =
  | { readonly kind: 'cookie refused'; readonly reason: string }
  /** The cookie did not come, or will not: a browser keeps it to itself. */
  | { readonly kind: 'cookie withheld'; readonly reason: string }
  | { readonly kind: 'expired'; readonly session: StoredSession }
  /** The token turned up in another kind of browser. The session is no longer fresh. */
  | { readonly kind: 'protected'; readonly session: StoredSession }
  /** The storage cannot be written to: what was to be noted of the session is not. */
  | { readonly kind: 'not written'; readonly fault: Error };

type Report = (incident: SessionIncident) => Promise<void> | void;

/** The session that the same request would have by now. Nobody uses it: nothing is written, set or reported. */
export async function reopenSession(scope: SessionScope): Promise<OpenedSession> {
  const reading = readingOf(scope);
  if (reading.kind === 'none') {
    return withoutCookie;
  }
  if (reading.kind === 'invalid') {
    return { row: null, anonymousReason: 'INVALID_COOKIE' };
  }

  return find(scope, reading, () => {});
}

export async function openSession(scope: SessionScope, report: Report): Promise<OpenedSession> {
  const reading = readingOf(scope);
  if (reading.kind === 'none') {
    const reason = whyNotSent(scope.request.exchange.headers);
    if (reason !== null) {
      await report({ kind: 'cookie withheld', reason });
    }
    return withoutCookie;
  }
  if (reading.kind === 'invalid') {
    await report({ kind: 'cookie refused', reason: reading.reason });
    return { row: null, anonymousReason: 'INVALID_COOKIE' };
  }

  const opened = await find(scope, reading, report);
  if (!opened.row) {
    return opened;
  }
  if (reading.isOld && !opened.isReplaced) {
    writeCookie(scope, opened.row, reading.token.secret);
  }
  // Nearly every request leaves its session as it is.
  let { row } = opened;
  if (isInAnotherBrowser(scope, row)) {
    row = await protectedRow(scope, row, report);
  }
  if (isTouchDue(scope, row)) {
    row = await touched(scope, row, report);
  }

  return row === opened.row ? opened : { ...opened, row };
}

function readingOf({ cookie, request }: SessionScope): CookieReading {
  return cookie.read(request.exchange.headers['cookie']);
}

async function find(
  { request: { reader, clock }, lifetimes }: SessionScope,
  { token: { id }, secretHash }: SignedReading,
  report: Report,
): Promise<OpenedSession> {
  const found = await findSession(reader, id);
  const now = clock();
  const isReplaced = found !== null && wasJustReplaced(found.secrets, secretHash, now);

  if (!found || !(isReplaced || isSame(found.secrets.secretHash, secretHash))) {
    return { row: null, anonymousReason: 'SESSION_ENDED' };
  }
  const { session: row } = found;
  if (isExpired(row, now, lifetimes)) {
    await report({ kind: 'expired', session: row });
    return { row: null, anonymousReason: 'SESSION_EXPIRED' };
  }
  if (row.user && isDisabled(row.user)) {
    return { row: null, anonymousReason: 'ACCOUNT_DISABLED' };
  }

  return { row, secretHash, isReplaced };
}

/** Addresses change with every train ride and are not compared; a browser does not become another one. */
function isInAnotherBrowser({ request }: SessionScope, row: StoredSession): boolean {
  return row.user !== null && userAgentOf(request.exchange) !== row.userAgent;
}

async function protectedRow(
  scope: SessionScope,
  row: StoredSession,
  report: Report,
): Promise<StoredSession> {
  const userAgent = userAgentOf(scope.request.exchange);
  const isSameFamily = browserFamilyOf(userAgent) === browserFamilyOf(row.userAgent);
  // Once is enough: whoever holds a cookie could fill the audit table with the next ones.
  const isNews = !isSameFamily && row.authenticatedAt !== null;
  const change = { userAgent, ...(!isSameFamily && { authenticatedAt: null }) };
  const isWritten = await writeIfPossible(
    async () => scope.request.em.nativeUpdate(Session, { id: row.id }, change),
    async (fault) => report({ kind: 'not written', fault }),
  );
  // What could not be written is noticed, and told, by the next request.
  if (isNews && isWritten) {
    await report({ kind: 'protected', session: row });
  }

  return { ...row, ...change };
}

/** A short idle timeout asks for more than one touch an hour: a session in use would end by it. */
function isTouchDue(
  { request, lifetimes }: SessionScope,
  { lastActiveAt }: StoredSession,
): boolean {
  const interval = Math.min(TOUCH_INTERVAL, lifetimes.idleTimeout / 10);

  return request.clock().getTime() - lastActiveAt.getTime() >= interval;
}

async function touched(
  { request }: SessionScope,
  row: StoredSession,
  report: Report,
): Promise<StoredSession> {
  const use = { lastActiveAt: request.clock(), ipAddress: request.exchange.address };
  await writeIfPossible(
    async () => request.em.nativeUpdate(Session, { id: row.id }, use),
    async (fault) => report({ kind: 'not written', fault }),
  );

  return { ...row, ...use };
}
