/**
 * The edge: every request comes in and every answer goes out here, whichever way it came. It checks what
 * can be checked without knowing GraphQL, hands the rest to the route of the path, and writes the headers
 * that no answer may lack.
 */
import { AnswerError } from './answer-error.ts';
import { clientAddress } from './client-address.ts';
import { addCorsHeaders, answerPreflight, isPreflight } from './cors.ts';
import {
  createExchange,
  isStreamed,
  type Answer,
  type Exchange,
  type ExchangeSource,
  type FullAnswer,
  type StreamedBody,
} from './exchange.ts';
import { checkHost } from './guard.ts';
import type { OriginGuard } from './origin-guard.ts';
import { securityHeaders } from './security-headers.ts';

/** Answers one path. What it throws, other than an AnswerError, is reported and answered with 500. */
export type Route = (exchange: Exchange) => Promise<Answer>;

export interface EdgeOptions {
  /** By exact path. */
  readonly routes: Readonly<Record<string, Route>>;
  /** Which pages may send operations. */
  readonly originGuard: OriginGuard;
  /** How many proxies in front are believed about the client's address. */
  readonly trustedHops: number;
  /** Whether answers may tell browsers to use https alone. */
  readonly isSecure: boolean;
  /** Is told of what no route expected. */
  readonly onError: (error: unknown, exchange: Exchange) => void;
  /** Is told of every answer; of one that is streamed, at its end. */
  readonly onAnswer?: AnswerObserver | undefined;
}

/** @param duration in milliseconds */
export type AnswerObserver = (exchange: Exchange, answer: Answer, duration: number) => void;

/** @param refusal what is wrong with the request, when that was found before it came here */
export type Edge = (request: ExchangeSource, refusal?: AnswerError) => Promise<FullAnswer>;

export function createEdge(options: EdgeOptions): Edge {
  const { routes, originGuard, trustedHops, isSecure, onError, onAnswer } = options;
  const table = new Map(Object.entries(routes));
  const headersOfAll = securityHeaders(isSecure);

  async function answer(exchange: Exchange, refusal?: AnswerError): Promise<Answer> {
    const clientOrigin = originGuard.clientOriginOf(exchange);
    if (clientOrigin !== null) {
      addCorsHeaders(exchange, clientOrigin);
    }

    try {
      if (refusal) {
        throw refusal;
      }
      checkHost(exchange);
      if (isPreflight(exchange)) {
        return answerPreflight(clientOrigin);
      }
      if (exchange.method === 'POST') {
        originGuard.check(exchange);
      }
      const route = table.get(exchange.path);
      if (!route) {
        throw new AnswerError(404, 'NOT_FOUND', 'There is nothing here. The API is at /graphql.');
      }

      return await route(exchange);
    } catch (error) {
      if (error instanceof AnswerError) {
        exchange.summary.code = error.code;
        return error.toAnswer();
      }
      onError(error, exchange);
      exchange.summary.code = 'INTERNAL_SERVER_ERROR';

      return unexpected(exchange).toAnswer();
    }
  }

  return async (request, refusal) => {
    const started = performance.now();
    const forwardedFor = request.headers['x-forwarded-for']?.toString();
    const address = clientAddress(request.address, forwardedFor, trustedHops);
    const exchange = createExchange(request, address);
    const answered = withHeaders(await answer(exchange, refusal), exchange, headersOfAll);
    function tell(): void {
      onAnswer?.(exchange, answered, performance.now() - started);
    }
    if (isStreamed(answered.body)) {
      return { ...answered, body: watched(answered.body, exchange, tell) };
    }
    tell();

    return answered;
  };

  /** Its head is out: what goes wrong from here on can only be logged. */
  async function* watched(body: StreamedBody, exchange: Exchange, onEnd: () => void): StreamedBody {
    try {
      yield* body;
    } catch (error) {
      onError(error, exchange);
    } finally {
      onEnd();
    }
  }
}

function withHeaders(
  { status, headers, body }: Answer,
  { requestId, answerHeaders, answerCookies }: Exchange,
  headersOfAll: FullAnswer['headers'],
): FullAnswer {
  return {
    status,
    headers: {
      ...headersOfAll,
      'x-request-id': requestId,
      ...(answerHeaders.size > 0 && Object.fromEntries(answerHeaders)),
      ...headers,
      ...(body !== undefined && !isStreamed(body) && { 'content-length': lengthOf(body) }),
    },
    cookies: [...answerCookies.values()],
    body,
  };
}

function lengthOf(body: string | Uint8Array): string {
  return String(Buffer.byteLength(body));
}

function unexpected({ requestId }: Exchange): AnswerError {
  return new AnswerError(
    500,
    'INTERNAL_SERVER_ERROR',
    `Something went wrong. The log tells more under the request id ${requestId}.`,
  );
}
