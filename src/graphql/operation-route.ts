/**
 * GraphQL over HTTP: one JSON post in, one JSON answer out. Every operation takes this way, whether it
 * came by a socket or by `app.fetch`.
 */
import type { ExecutionResult, GraphQLError } from 'graphql';
import Negotiator from 'negotiator';
import type { Logger } from 'pino';

import { AnswerError } from '../http/answer-error.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import { checkJsonPost } from '../http/guard.ts';
import { readBody } from '../http/read-body.ts';
import { refuseAnswer } from './limits/answer-size.ts';
import { capErrors } from './limits/cap-errors.ts';
import { startTimeLimit } from './limits/time-limit.ts';
import { createMask } from './mask.ts';
import { parseParams } from './operation-params.ts';
import { createOperationRunner, type OperationRunnerOptions } from './run-operation.ts';

/** In bytes. Long texts travel as variables. */
const MAX_BODY_SIZE = 1_000_000;

const JSON_TYPE = 'application/json; charset=utf-8';

/** The first is for who accepts anything. With their charset: clients that name it in Accept mean these. */
const mediaTypes = [JSON_TYPE, 'application/graphql-response+json; charset=utf-8'];

export interface OperationRouteOptions extends OperationRunnerOptions {
  /** The methods that the path allows, for a request by another one. */
  readonly allow: string;
  /**
   * What an operation begins with.
   *
   * @param signal aborted when nothing more is to begin
   */
  readonly initialContext: (exchange: Exchange, signal: AbortSignal) => { readonly log: Logger };
}

export function createOperationRoute({
  allow,
  initialContext,
  ...options
}: OperationRouteOptions): (exchange: Exchange) => Promise<Answer> {
  const { limits } = options;
  const runOperation = createOperationRunner(options);

  return async (exchange) => {
    checkJsonPost(exchange, allow);
    const mediaType = acceptedType(exchange);
    const params = parseParams(await readBody(exchange, MAX_BODY_SIZE));
    using time = startTimeLimit(exchange.signal, limits.time);
    const { signal } = time;
    const context = initialContext(exchange, signal);

    const mask = createMask(exchange.requestId, context.log);
    const { errors: thrown, ...result }: UnmaskedResult = await time
      .race(async () => withinSize(await runOperation(params, context, signal), limits.answerSize))
      .catch((error: unknown) => failure(error, signal, context.log));

    const errors = thrown && capErrors(thrown.map(mask), limits.errors);
    summarize(exchange, errors);

    return toAnswer({ ...(errors && { errors }), ...result }, mediaType);
  };
}

function summarize({ summary }: Exchange, [first]: readonly GraphQLError[] = []): void {
  const code = first?.extensions['code'];
  if (typeof code === 'string') {
    summary.code = code;
  }
}

/** @throws {AnswerError} 406 */
function acceptedType({ headers }: Exchange): string {
  const accepted = new Negotiator({ headers }).mediaType(mediaTypes);
  if (accepted === undefined) {
    throw new AnswerError(406, 'NOT_ACCEPTABLE', `The answer can be ${mediaTypes.join(' or ')}.`);
  }

  return accepted;
}

/** The errors may be anything that was thrown. */
type UnmaskedResult = Omit<ExecutionResult, 'errors'> & { readonly errors?: readonly unknown[] };

function withinSize(result: ExecutionResult, limit: number): ExecutionResult {
  const tooLarge = refuseAnswer(result.data, limit);

  return tooLarge ? { data: null, errors: [tooLarge] } : result;
}

/** What there is instead of a result. An operation that was stopped had begun: its data is null. */
function failure(error: unknown, signal: AbortSignal, log: Logger): UnmaskedResult {
  if (!signal.aborted || error !== signal.reason) {
    return { errors: [error] };
  }
  log.warn({ event: 'operation_stopped', err: error }, 'An operation was stopped');

  return { data: null, errors: [error] };
}

/** GraphQL over HTTP, section 6.4: a request error has a status of its own in the newer media type alone. */
function toAnswer(result: ExecutionResult, mediaType: string): Answer {
  const code = result.errors?.[0]?.extensions['code'];
  // Where the storage fails and nothing is left of the answer, proxies and clients are to know.
  const isRequestError =
    result.data === undefined || (!hasContent(result) && code === 'SERVICE_UNAVAILABLE');

  return {
    status: isRequestError ? statusOf(code, mediaType) : 200,
    headers: { 'content-type': mediaType, ...retryAfter(result) },
    body: JSON.stringify(result),
  };
}

function hasContent({ data }: ExecutionResult): boolean {
  return Object.values(data ?? {}).some((value) => value !== null);
}

/** RFC 9110, section 10.2.3. */
function retryAfter({ errors = [] }: ExecutionResult): Record<string, string> {
  const seconds = errors.map(({ extensions }) => Number(extensions['retryAfterSeconds'] ?? 0));
  const longest = Math.max(0, ...seconds);

  return longest > 0 ? { 'retry-after': String(longest) } : {};
}

function statusOf(code: unknown, mediaType: string): number {
  if (code === 'SERVICE_UNAVAILABLE') {
    return 503;
  }
  if (code === 'INTERNAL_SERVER_ERROR') {
    return 500;
  }
  if (code === 'UNAUTHENTICATED') {
    return 401;
  }

  return mediaType === JSON_TYPE ? 200 : 400;
}
