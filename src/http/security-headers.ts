/** Two years, in seconds: what browsers' preload lists ask for. */
const HSTS_MAX_AGE = 63_072_000;

/** What every answer says, errors included. A route may say otherwise for an answer of its own. */
export function securityHeaders(isSecure: boolean): Readonly<Record<string, string>> {
  return {
    'cache-control': 'no-store',
    vary: 'Cookie, Origin',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(isSecure && {
      'strict-transport-security': `max-age=${HSTS_MAX_AGE}; includeSubDomains`,
    }),
  };
}
