import { Readable } from 'node:stream';

import type { Edge } from './edge.ts';
import {
  createExchange,
  isStreamed,
  type Answer,
  type Exchange,
  type StreamedBody,
} from './exchange.ts';

/** A Fetch handler: what a socket does, without one. For tests and for embedding. */
export type Fetch = (request: Request, options?: FetchOptions) => Promise<Response>;

export interface FetchOptions {
  /** The client's address, as a socket would tell it. */
  readonly address?: string;
}

export function createFetch(edge: Edge): Fetch {
  return async (request, { address } = {}) => {
    const url = new URL(request.url);
    const client = new AbortController();
    const body = request.body && Readable.from(request.body);
    const exchange = createExchange({
      method: request.method,
      path: url.pathname,
      query: url.search.slice(1),
      headers: { host: url.host, ...Object.fromEntries(request.headers) },
      address: address ?? null,
      body,
      signal: AbortSignal.any([request.signal, client.signal]),
    });

    const answer = await edge(exchange);
    // A body that has proved to be too large is not waited for.
    if (body?.readableDidRead) {
      body.destroy();
    }

    return toResponse(exchange, answer, () => client.abort());
  };
}

function toResponse(
  exchange: Exchange,
  { status, headers, body }: Answer,
  onCancel: () => void,
): Response {
  const content = isStreamed(body) ? toReadableStream(body, onCancel) : body;
  const response = new Response(content ?? null, {
    status,
    headers: { ...Object.fromEntries(exchange.answerHeaders), ...headers },
  });
  for (const cookie of exchange.answerCookies.values()) {
    response.headers.append('set-cookie', cookie);
  }

  return response;
}

/** Nothing is made before it is read. */
function toReadableStream(body: StreamedBody, onCancel: () => void): ReadableStream<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  const encoder = new TextEncoder();

  return new ReadableStream(
    {
      pull: async (controller) => {
        const next = await iterator.next();
        if (next.done) {
          controller.close();
        } else {
          controller.enqueue(encoder.encode(next.value));
        }
      },
      cancel: async () => {
        onCancel();
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
