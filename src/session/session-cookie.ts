/**
 * The carrier of a session: `<id>.<secret>.<signature>` in a cookie.
 *
 * It knows no row and no user. A value that was not signed here is refused without asking the database;
 * the signature covers the cookie's name, and its keys are derived for this purpose alone.
 */
import { parseCookie, stringifySetCookie } from 'cookie';
import { LRUCache } from 'lru-cache';

import { hashOf } from './secret.ts';
import { createSigner } from './signer.ts';

/** How many values are remembered that were found to be ours. */
const REMEMBERED = 10_000;

/** What a visitor has to show: the id of a session and its secret. */
export interface SessionToken {
  readonly id: string;
  /** 32 random bytes, base64url. */
  readonly secret: string;
}

export type CookieReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid'; readonly reason: string }
  | SignedReading;

export interface SignedReading {
  readonly kind: 'signed';
  readonly token: SessionToken;
  /** Of the token's secret, as it is stored. */
  readonly secretHash: string;
  /** Signed with a secret that is not the newest. */
  readonly isOld: boolean;
}

export interface SessionCookie {
  readonly name: string;
  /** Whether browsers send it over https alone. */
  readonly isSecure: boolean;
  /** Reads a Cookie header. */
  read(header: string | undefined): CookieReading;
  /**
   * A Set-Cookie value.
   *
   * @param maxAge in seconds; null for a cookie that goes when the browser is closed
   */
  write(token: SessionToken, maxAge: number | null): string;
  /** A Set-Cookie value that removes the cookie. */
  clear(): string;
}

export interface SessionCookieOptions {
  /** Newest first: the first signs, all verify. */
  readonly secrets: readonly string[];
  /** Whether the site is served over https: the cookie then is `__Host-session` and Secure. */
  readonly isSecure: boolean;
}

const VALUE = /^([0-9a-f-]{36})\.([\w-]{43})\.([\w-]{43})$/;

export function createSessionCookie({ secrets, isSecure }: SessionCookieOptions): SessionCookie {
  const name = isSecure ? '__Host-session' : 'session';
  const signer = createSigner(secrets, 'session cookie');
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure } as const;

  // To find one, the whole signature must be known: nothing is told by how long the search takes.
  const known = new LRUCache<string, SignedReading>({ max: REMEMBERED });

  function readValue(value: string): CookieReading {
    const remembered = known.get(value);
    if (remembered) {
      return remembered;
    }
    const [, id = '', secret = '', signature = ''] = VALUE.exec(value) ?? [];
    if (!id) {
      return { kind: 'invalid', reason: 'it does not have the form of a session cookie' };
    }
    const key = signer.verify(`${name}=${id}.${secret}`, signature);
    if (key === null) {
      return { kind: 'invalid', reason: 'it is not signed with any of SESSION_SECRETS' };
    }
    const reading: SignedReading = {
      kind: 'signed',
      token: { id, secret },
      secretHash: hashOf(secret),
      isOld: key > 0,
    };
    known.set(value, reading);

    return reading;
  }

  return {
    name,
    isSecure,
    read: (header = '') => {
      if (countOf(name, header) > 1) {
        return { kind: 'invalid', reason: `there is more than one cookie named ${name}` };
      }
      const value = parseCookie(header, { decode: asItIs })[name];

      return value === undefined ? { kind: 'none' } : readValue(value);
    },
    write: ({ id, secret }, maxAge) => {
      const text = `${id}.${secret}`;
      const value = `${text}.${signer.sign(`${name}=${text}`)}`;

      return stringifySetCookie({ name, value, ...attributes, ...(maxAge !== null && { maxAge }) });
    },
    clear: () => stringifySetCookie({ name, value: '', ...attributes, maxAge: 0 }),
  };
}

/** A browser that sends two was given one by somebody else. */
function countOf(name: string, header: string): number {
  return header.split(';').filter((pair) => pair.split('=', 1)[0]?.trim() === name).length;
}

/** Our values need no decoding: a percent sign in one makes it another value. */
function asItIs(value: string): string {
  return value;
}
