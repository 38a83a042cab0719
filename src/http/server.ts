import { once } from 'node:events';
import {
  Server,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

import { OperatorError } from '../operator-error.ts';
import type { Edge } from './edge.ts';
import { createExchange, type Answer, type Exchange } from './exchange.ts';

/** What a client may take up before it is cut off. Durations are milliseconds. */
export interface ServerLimits {
  /** For sending the headers of a request. */
  readonly headersTimeout: number;
  /** For sending a whole request. */
  readonly requestTimeout: number;
  /** Between two requests of one connection. */
  readonly keepAliveTimeout: number;
  readonly maxConnections: number;
}

const defaultLimits: ServerLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  maxConnections: 4_000,
};

/**
 * The HTTP server: sockets in front of the edge.
 *
 * @param isStopping whether clients are told that a connection will not be kept
 */
export function createHttpServer(
  edge: Edge,
  limits: Partial<ServerLimits> = {},
  isStopping: () => boolean = () => false,
): Server {
  const { maxConnections, ...timeouts } = { ...defaultLimits, ...limits };
  const server = new PunctualServer(
    {
      ...timeouts,
      // Node looks for late requests every half minute otherwise, whatever the timeouts say.
      connectionsCheckingInterval: timeouts.headersTimeout / 10,
      // The edge asks for a Host, too, and its refusal has the headers of every answer.
      requireHostHeader: false,
    },
    (request, response) => {
      void answer(edge, request, response, () => server.listening && !isStopping());
    },
  );
  server.maxConnections = maxConnections;

  return server;
}

/**
 * @param port 0 for any free one
 * @param settings the names of the variables that say so
 * @throws {ListenError} when the address is not to be had
 */
export async function listen(
  server: Server,
  port: number,
  host: string,
  settings = defaultSettings,
): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new ListenError(port, host, settings, error);
  }
}

const defaultSettings = { port: 'PORT', host: 'HOST' };

/**
 * Takes no new connections, and waits for the requests in flight.
 *
 * @param patience in milliseconds; then what is still open is cut off
 */
export async function stopListening(server: Server, patience: number): Promise<void> {
  server.close();
  server.closeIdleConnections();
  const end = setTimeout(() => server.closeAllConnections(), patience);
  await once(server, 'close');
  clearTimeout(end);
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

  constructor(port: number, host: string, settings: typeof defaultSettings, cause: unknown) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    super(
      isTaken
        ? `Port ${port} of ${host} is taken. Stop what uses it, or set ${settings.port} to another one.`
        : `Cannot listen on port ${port} of ${host}. Check ${settings.host} and ${settings.port}.`,
      { cause },
    );
  }
}

/** To Node, a connection that has yet to send its first request is busy. It is not waited for here. */
class PunctualServer extends Server {
  readonly #unused = new Set<Socket>();

  constructor(options: ServerOptions, listener: RequestListener) {
    super(options, listener);
    this.on('connection', (socket) => {
      this.#unused.add(socket);
      socket.once('close', () => this.#unused.delete(socket));
    });
    this.prependListener('request', ({ socket }) => this.#unused.delete(socket));
  }

  override closeIdleConnections(): void {
    super.closeIdleConnections();
    for (const socket of this.#unused) {
      socket.destroy();
    }
  }
}

async function answer(
  edge: Edge,
  request: IncomingMessage,
  response: ServerResponse,
  isOpen: () => boolean,
): Promise<void> {
  const client = new AbortController();
  response.once('close', () => client.abort());

  const exchange = createExchange({
    method: request.method ?? '',
    ...targetOf(request.url ?? ''),
    headers: headersOf(request),
    address: request.socket.remoteAddress ?? null,
    body: request,
    signal: client.signal,
  });
  const answered = await edge(exchange);

  // What was not read of a refused body is not waited for; nor is another request by a server that stops.
  const connection = request.complete && isOpen() ? {} : { connection: 'close' };
  response.writeHead(answered.status, { ...outgoingHeaders(exchange, answered), ...connection });
  response.end(request.method === 'HEAD' ? undefined : answered.body);
}

function outgoingHeaders(
  exchange: Exchange,
  { headers, body }: Omit<Answer, 'status'>,
): OutgoingHttpHeaders {
  return {
    ...Object.fromEntries(exchange.answerHeaders),
    ...headers,
    'set-cookie': [...exchange.answerCookies.values()],
    ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
  };
}

function targetOf(target: string): Pick<Exchange, 'path' | 'query'> {
  const [path = '', ...rest] = target.split('?');

  return { path, query: rest.join('?') };
}

function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );

  // Node keeps the first of several Hosts. Together they name none, and the edge refuses them.
  return { ...headers, host: hostsOf(request).join(', ') };
}

function hostsOf({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter(
    (_, index) => rawHeaders[index - 1]?.toLowerCase() === 'host' && index % 2,
  );
}
