import { Readable } from 'node:stream';

import type { Edge } from './edge.ts';
import { isStreamed, type FullAnswer, type StreamedBody } from './exchange.ts';

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
    const answer = await edge({
      method: request.method,
      path: url.pathname,
      query: url.search.slice(1),
      headers: { host: url.host, ...Object.fromEntries(request.headers) },
      address: address ?? null,
      body,
      signal: AbortSignal.any([request.signal, client.signal]),
    });
    // A body that has proved to be too large is not waited for.
    if (body?.readableDidRead) {
      body.destroy();
    }

    return toResponse(answer, () => client.abort());
  };
}

function toResponse(
  { status, headers, cookies, body }: FullAnswer,
  onCancel: () => void,
): Response {
  const content = isStreamed(body) ? toReadableStream(body, onCancel) : body;
  const response = new Response(content ?? null, { status, headers });
  for (const cookie of cookies) {
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
