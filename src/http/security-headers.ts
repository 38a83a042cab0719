import type { Exchange } from './exchange.ts';

/** Two years, in seconds: what browsers' preload lists ask for. */
const HSTS_MAX_AGE = 63_072_000;

/** What every answer says, errors included. A route may say otherwise for an answer of its own. */
export function addSecurityHeaders(
  { answerHeaders, requestId }: Exchange,
  isSecure: boolean,
): void {
  answerHeaders.set('cache-control', 'no-store');
  answerHeaders.set('vary', 'Cookie, Origin');
  answerHeaders.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  answerHeaders.set('cross-origin-opener-policy', 'same-origin');
  answerHeaders.set('cross-origin-resource-policy', 'same-origin');
  answerHeaders.set('referrer-policy', 'no-referrer');
  answerHeaders.set('x-content-type-options', 'nosniff');
  answerHeaders.set('x-request-id', requestId);
  if (isSecure) {
    answerHeaders.set('strict-transport-security', `max-age=${HSTS_MAX_AGE}; includeSubDomains`);
  }
}
