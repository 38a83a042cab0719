import type { StoredSession } from './session.ts';

/** Why nobody is logged in. */
export type AnonymousReason =
  | 'ACCOUNT_DISABLED'
  | 'INVALID_COOKIE'
  | 'NO_COOKIE'
  | 'NOT_LOGGED_IN'
  | 'SESSION_ENDED'
  | 'SESSION_EXPIRED';

/** What the cookie of a request has led to. */
export type OpenedSession =
  | { readonly row: null; readonly anonymousReason: AnonymousReason }
  | {
      readonly row: StoredSession;
      /** Of the secret that the cookie holds. */
      readonly secretHash: string;
      /** That secret was replaced a moment ago. */
      readonly isReplaced: boolean;
    };

/** What a request has that brings no cookie. */
export const withoutCookie: OpenedSession = { row: null, anonymousReason: 'NO_COOKIE' };
