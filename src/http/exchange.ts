import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

import { traceIdOf } from './trace-id.ts';

/**
 * One request and the head of its answer. Whatever the request came by, a socket or `app.fetch`, it
 * becomes an exchange first; the rest of the program sees nothing else of HTTP.
 */
export interface Exchange {
  /** Of our own making: it stands in the answer and in every log line of the request. */
  readonly requestId: string;
  /** The trace that a caller counts the request to; null when it names none. */
  readonly traceId: string | null;
  /** Empty, like the path, for a request that could not be read. */
  readonly method: string;
  /** The path as it was sent, without the query string. */
  readonly path: string;
  /** The query string, without its question mark. Pages find a token in it: it is not logged. */
  readonly query: string;
  /** By lower-case name. */
  readonly headers: RequestHeaders;
  /** The address of the other end of the socket; null when there is none. */
  readonly address: string | null;
  /** Of bytes. */
  readonly body: Readable | null;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Headers of the answer, by lower-case name. */
  readonly answerHeaders: Map<string, string>;
  /** Cookies of the answer: a complete Set-Cookie value by the cookie's name, so that each is set once. */
  readonly answerCookies: Map<string, string>;
  /** What logs and metrics tell of the request. It is filled in on the way. */
  readonly summary: RequestSummary;
}

export interface RequestSummary {
  /** Of a GraphQL operation that was begun, as its document has it. */
  operationName?: string;
  /** What the client was told of the first thing that went wrong. */
  code?: string;
  userId?: string;
}

/** As Node gives them: what came more than once is joined, but for Set-Cookie, which nobody reads. */
export type RequestHeaders = Readonly<IncomingHttpHeaders>;

/** What the exchange ends with. The headers of the exchange are added to it. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | StreamedBody | undefined;
}

/** An answer as it goes out, but for the headers of its connection. */
export interface FullAnswer extends Answer {
  readonly headers: Readonly<Record<string, string>>;
  /** Each is a Set-Cookie of its own. */
  readonly cookies: string[];
}

/**
 * A body that comes bit by bit, for as long as the client listens: when the signal of the exchange is
 * aborted, it ends by itself. Nothing is taken from it before the client has room for it.
 */
export type StreamedBody = AsyncIterable<string>;

export function isStreamed(body: Answer['body']): body is StreamedBody {
  return typeof body === 'object' && Symbol.asyncIterator in body;
}

/** What a request brings with it, whichever way it comes. */
export type ExchangeSource = Pick<
  Exchange,
  'method' | 'path' | 'query' | 'headers' | 'address' | 'body' | 'signal'
>;

/** @param address of the client, which is not that of the socket when proxies stand in front */
export function createExchange(source: ExchangeSource, address: string | null): Exchange {
  return {
    ...source,
    address,
    requestId: randomUUID(),
    traceId: traceIdOf(source.headers['traceparent']?.toString()),
    answerHeaders: new Map(),
    answerCookies: new Map(),
    summary: {},
  };
}
