import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';

import { OperatorError } from '../operator-error.ts';
import type { Edge } from './edge.ts';
import { createExchange, type Answer, type Exchange } from './exchange.ts';

/** How long, in milliseconds, a client may take to send its headers, and its whole request. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;

/** The HTTP server: sockets in front of the edge. */
export function createHttpServer(edge: Edge): Server {
  return createServer(
    { headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT, keepAliveTimeout: 5_000 },
    (request, response) => {
      void answer(edge, request, response);
    },
  );
}

/**
 * @param port 0 for any free one
 * @throws {ListenError} when the address is not to be had
 */
export async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new ListenError(port, host, error);
  }
}

/** Takes no new connections, and waits for the requests in flight. */
export async function stopListening(server: Server): Promise<void> {
  server.close();
  server.closeIdleConnections();
  await once(server, 'close');
}

/** Where a listening server is found. */
export function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new TypeError('The server does not listen on a port.');
  }
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;

  return `http://${host}:${address.port}`;
}

/** The server cannot listen where it should. */
export class ListenError extends OperatorError {
  override readonly name = 'ListenError';

  constructor(port: number, host: string, cause: unknown) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    super(
      isTaken
        ? `Port ${port} of ${host} is taken. Stop what uses it, or set PORT to another one.`
        : `Cannot listen on port ${port} of ${host}. Check HOST and PORT.`,
      { cause },
    );
  }
}

async function answer(
  edge: Edge,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const client = new AbortController();
  response.once('close', () => client.abort());

  const exchange = createExchange({
    method: request.method ?? '',
    path: pathOf(request.url ?? ''),
    headers: headersOf(request),
    address: request.socket.remoteAddress ?? null,
    body: request,
    signal: client.signal,
  });
  const { status, headers, body } = await edge(exchange);

  // What was not read of a refused body is not waited for.
  const rest = request.complete ? {} : { connection: 'close' };
  response.writeHead(status, { ...outgoingHeaders(exchange, headers), ...rest });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function outgoingHeaders(exchange: Exchange, headers: Answer['headers']): OutgoingHttpHeaders {
  return {
    ...Object.fromEntries(exchange.answerHeaders),
    ...headers,
    'set-cookie': [...exchange.answerCookies.values()],
  };
}

function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? '';
}

function headersOf({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}
