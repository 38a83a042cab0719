/** CORS for the origins that are listed, and for no other (Fetch, section 3.3). */
import { AnswerError } from './answer-error.ts';
import type { Answer, Exchange } from './exchange.ts';

/** How long, in seconds, a browser remembers what it was allowed. */
const PREFLIGHT_MAX_AGE = 7200;

export function isPreflight({ method, headers }: Exchange): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** Lets the pages of one origin read the answer, whatever it is. */
export function addCorsHeaders({ answerHeaders }: Exchange, origin: string): void {
  answerHeaders.set('access-control-allow-origin', origin);
  answerHeaders.set('access-control-allow-credentials', 'true');
  answerHeaders.set('access-control-expose-headers', 'Retry-After, X-Request-Id');
}

/** @throws {AnswerError} 403 for an origin that is not listed */
export function answerPreflight(clientOrigin: string | null): Answer {
  if (clientOrigin === null) {
    throw new AnswerError(403, 'FORBIDDEN_ORIGIN', 'This origin is not listed in CLIENT_ORIGINS.');
  }

  return {
    status: 204,
    headers: {
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'Authorization, Content-Type, Traceparent',
      'access-control-max-age': String(PREFLIGHT_MAX_AGE),
    },
  };
}
