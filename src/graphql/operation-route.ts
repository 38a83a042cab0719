/**
 * GraphQL over HTTP: one JSON post in, one answer out. A subscription is answered by a stream of events, and
 * anything else by JSON; or by a stream of one event, for clients that ask for that (GraphQL over SSE). Every
 * operation takes this way, whether it came by a socket or by `app.fetch`.
 */
import { OperationTypeNode, type ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

import { AnswerError } from '../http/answer-error.ts';
import type { Answer, Exchange, StreamedBody } from '../http/exchange.ts';
import { checkJsonPost } from '../http/guard.ts';
import { readBody } from '../http/read-body.ts';
import { createResultFinisher, type FinisherScope } from './finish-result.ts';
import { startTimeLimit } from './limits/time-limit.ts';
import { parseParams } from './operation-params.ts';
import {
  createPrepareOperation,
  executeOperation,
  type OperationRunnerOptions,
} from './run-operation.ts';
import { COMPLETE, EVENT_STREAM_TYPE, nextEvent } from './streams/event-stream.ts';
import { openStream } from './streams/open-stream.ts';
import type { StreamOptions } from './streams/stream-request.ts';

/** In bytes. Long texts travel as variables. */
const MAX_BODY_SIZE = 1_000_000;

const JSON_TYPE = 'application/json; charset=utf-8';

/** The first is for who accepts anything. With their charset: clients that name it in Accept mean these. */
const mediaTypes = [
  JSON_TYPE,
  'application/graphql-response+json; charset=utf-8',
  EVENT_STREAM_TYPE,
];

export interface OperationRouteOptions extends OperationRunnerOptions, StreamOptions {
  /** The methods that the path allows, for a request by another one. */
  readonly allow: string;
  /**
   * What an operation begins with.
   *
   * @param signal aborted when nothing more is to begin
   * @param isContinued whether a stream goes on, and no request has come
   */
  readonly initialContext: (
    exchange: Exchange,
    signal: AbortSignal,
    isContinued: boolean,
  ) => FinisherScope;
}

export function createOperationRoute(
  options: OperationRouteOptions,
): (exchange: Exchange) => Promise<Answer> {
  const { allow, limits, initialContext } = options;
  const prepareOperation = createPrepareOperation(options);

  return async (exchange) => {
    checkJsonPost(exchange, allow);
    const mediaType = acceptedType(exchange);
    const params = parseParams(await readBody(exchange, MAX_BODY_SIZE));
    using time = startTimeLimit(exchange.signal, limits.time);
    const { signal } = time;
    const context = initialContext(exchange, signal, false);
    const finisher = createResultFinisher(context, limits);

    const prepared = prepareOperation(params, context);
    if ('errors' in prepared) {
      return toAnswer(finisher.finish(prepared), mediaType);
    }
    if (prepared.operation.operation === OperationTypeNode.SUBSCRIPTION) {
      checkAcceptsStream(exchange);
      const stream = await openStream({ ...options, exchange, prepared, finisher, time });

      return 'body' in stream ? streamAnswer(stream.body) : toAnswer(stream, EVENT_STREAM_TYPE);
    }
    const result = await finisher.run(time, () => executeOperation(prepared, signal));

    return toAnswer(result, mediaType);
  };
}

/** What was negotiated by an Accept header, which each client sends again and again. */
const negotiated = new LRUCache<string, string>({ max: 100 });

/** @throws {AnswerError} 406 */
function acceptedType({ headers }: Exchange): string {
  const { accept = '*/*' } = headers;
  const known = negotiated.get(accept);
  if (known !== undefined) {
    return known;
  }
  const accepted = new Negotiator({ headers }).mediaType(mediaTypes);
  if (accepted === undefined) {
    throw new AnswerError(406, 'NOT_ACCEPTABLE', `The answer can be ${mediaTypes.join(' or ')}.`);
  }
  negotiated.set(accept, accepted);

  return accepted;
}

/**
 * Who accepts anything does not expect an answer without an end.
 *
 * @throws {AnswerError} 406
 */
function checkAcceptsStream({ headers }: Exchange): void {
  const accepted = new Negotiator({ headers }).mediaTypes();
  if (!accepted.includes('text/event-stream')) {
    throw new AnswerError(
      406,
      'NOT_ACCEPTABLE',
      'A subscription is answered by a stream: send Accept: text/event-stream.',
    );
  }
}

/** A proxy that collects answers before it passes them on would pass on nothing. */
function streamAnswer(body: StreamedBody | string): Answer {
  return {
    status: 200,
    headers: { 'content-type': EVENT_STREAM_TYPE, 'x-accel-buffering': 'no' },
    body,
  };
}

function toAnswer(result: ExecutionResult, mediaType: string): Answer {
  if (mediaType === EVENT_STREAM_TYPE) {
    return streamAnswer(nextEvent(result) + COMPLETE);
  }

  return {
    status: statusOf(result, mediaType),
    headers: { 'content-type': mediaType, ...retryAfter(result) },
    body: JSON.stringify(result),
  };
}

/** RFC 9110, section 10.2.3. */
function retryAfter({ errors }: ExecutionResult): Record<string, string> | undefined {
  const seconds = errors?.map(({ extensions }) => Number(extensions['retryAfterSeconds'] ?? 0));
  const longest = Math.max(0, ...(seconds ?? []));

  return longest > 0 ? { 'retry-after': String(longest) } : undefined;
}

/** GraphQL over HTTP, section 6.4: a request error has a status of its own in the newer media type alone. */
function statusOf(result: ExecutionResult, mediaType: string): number {
  const code = result.errors?.[0]?.extensions['code'];
  // Where the storage fails and nothing is left of the answer, proxies and clients are to know.
  if (code === 'SERVICE_UNAVAILABLE' && !hasContent(result)) {
    return 503;
  }
  if (result.data !== undefined) {
    return 200;
  }
  if (code === 'INTERNAL_SERVER_ERROR') {
    return 500;
  }
  if (code === 'UNAUTHENTICATED') {
    return 401;
  }

  return mediaType === JSON_TYPE ? 200 : 400;
}

function hasContent({ data }: ExecutionResult): boolean {
  return Object.values(data ?? {}).some((value) => value !== null);
}
