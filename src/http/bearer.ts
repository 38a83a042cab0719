import type { Exchange } from './exchange.ts';

const BEARER = /^bearer +(\S+) *$/iu;

/** The token of an `Authorization: Bearer` header (RFC 6750, section 2.1); null when there is none. */
export function bearerTokenOf({ headers }: Exchange): string | null {
  return BEARER.exec(headers['authorization'] ?? '')?.[1] ?? null;
}
