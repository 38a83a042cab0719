import type { Exchange } from './exchange.ts';

const BEARER = /^bearer(?:[ \t]+(.*))?$/isu;

/**
 * What follows `Authorization: Bearer` (RFC 6750, section 2.1), which may be no token: whoever says `Bearer`
 * means to show one, and is not taken for somebody without. Null when the header says something else.
 */
export function bearerTokenOf({ headers }: Exchange): string | null {
  const { authorization } = headers;
  const found = authorization === undefined ? null : BEARER.exec(authorization.trim());

  return found && (found[1] ?? '');
}
