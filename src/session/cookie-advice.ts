/** Why a cookie does not come back, as far as a request can tell: for developers who wonder about it. */
import type { RequestHeaders } from '../http/exchange.ts';

const LOOPBACK = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/iu;

/** Why a request may have come without the cookie; null when nothing is to be seen. */
export function whyNotSent(headers: RequestHeaders): string | null {
  return headers['sec-fetch-site'] === 'cross-site'
    ? 'the page is of another site, and browsers send it within its site alone (SameSite=Lax). ' +
        'Serve both under one site; localhost and 127.0.0.1 are two.'
    : null;
}

/** Why a browser will not keep a Secure cookie; null when nothing speaks against it. */
export function whyNotKept(headers: RequestHeaders): string | null {
  return isPlainHttp(headers) && !LOOPBACK.test(headers['host'] ?? '')
    ? 'it is Secure, and the request came by plain http. Browsers keep it over https, or on localhost.'
    : null;
}

/** A server without a proxy in front speaks nothing else. What a proxy hears, it tells, and so does a page. */
function isPlainHttp({ origin, host, ...headers }: RequestHeaders): boolean {
  const scheme = headers['x-forwarded-proto']?.toString();
  if (scheme !== undefined) {
    return scheme.trim().toLowerCase() === 'http';
  }
  if (origin !== undefined) {
    return origin === `http://${host}`;
  }

  return !['x-forwarded-for', 'forwarded', 'via'].some((name) => headers[name] !== undefined);
}
