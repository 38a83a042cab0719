import type { Edge } from './edge.ts';
import { createExchange, type Answer, type Exchange } from './exchange.ts';

/** A Fetch handler: what a socket does, without one. For tests and for embedding. */
export type Fetch = (request: Request, options?: FetchOptions) => Promise<Response>;

export interface FetchOptions {
  /** The client's address, as a socket would tell it. */
  readonly address?: string;
}

export function createFetch(edge: Edge): Fetch {
  return async (request, { address } = {}) => {
    const url = new URL(request.url);
    const exchange = createExchange({
      method: request.method,
      path: url.pathname,
      query: url.search.slice(1),
      headers: { host: url.host, ...Object.fromEntries(request.headers) },
      address: address ?? null,
      body: request.body,
      signal: request.signal,
    });

    return toResponse(exchange, await edge(exchange));
  };
}

function toResponse(exchange: Exchange, { status, headers, body }: Answer): Response {
  const response = new Response(body ?? null, {
    status,
    headers: { ...Object.fromEntries(exchange.answerHeaders), ...headers },
  });
  for (const cookie of exchange.answerCookies.values()) {
    response.headers.append('set-cookie', cookie);
  }

  return response;
}
