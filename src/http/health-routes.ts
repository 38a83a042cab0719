/** What a load balancer or an orchestrator asks: does the process live, and may it be sent requests? */
import { AnswerError } from './answer-error.ts';
import type { Route } from './edge.ts';
import type { Answer, Exchange } from './exchange.ts';

/** @param isReady false while the server stops, and while its database does not answer */
export function createHealthRoutes(
  isReady: () => Promise<boolean>,
): Readonly<Record<'/health' | '/ready', Route>> {
  return {
    '/health': async (exchange) => {
      checkMethod(exchange);

      return answerWith(200, 'ok');
    },
    '/ready': async (exchange) => {
      checkMethod(exchange);

      return (await isReady()) ? answerWith(200, 'ready') : answerWith(503, 'not ready');
    },
  };
}

function checkMethod({ method }: Exchange): void {
  if (method !== 'GET' && method !== 'HEAD') {
    throw new AnswerError(405, 'METHOD_NOT_ALLOWED', 'This is read by GET.', {
      allow: 'GET, HEAD',
    });
  }
}

function answerWith(status: number, word: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ status: word }),
  };
}
