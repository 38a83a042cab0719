import { once } from 'node:events';
import { Server, type RequestListener, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';

import { OperatorError } from '../operator-error.ts';
import { AnswerError } from './answer-error.ts';
import { answerRequest } from './answer-request.ts';
import type { Edge } from './edge.ts';
import { Rounds } from './rounds.ts';
import { Turns } from './turns.ts';
import { UnreadAnswers } from './unread-answers.ts';
import { refuseUnreadable } from './unreadable-requests.ts';

/** What a client may take up before it is cut off. Durations are milliseconds. */
export interface ServerLimits {
  /** For sending the headers of a request. */
  readonly headersTimeout: number;
  /** For sending a whole request. */
  readonly requestTimeout: number;
  /** Between two requests of one connection. */
  readonly keepAliveTimeout: number;
  /** For reading on in an answer. */
  readonly answerTimeout: number;
  /** For all answers together that are made and not read yet, in bytes. */
  readonly maxUnread: number;
  readonly maxConnections: number;
}

const defaultLimits: ServerLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  answerTimeout: 30_000,
  maxUnread: 128_000_000,
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
  const allLimits = { ...defaultLimits, ...limits };
  const { maxConnections, maxUnread, answerTimeout, ...timeouts } = allLimits;
  const server = new PunctualServer(
    {
      ...timeouts,
      // Node looks for late requests every half minute otherwise, whatever the timeouts say.
      connectionsCheckingInterval: timeouts.headersTimeout / 10,
      // The edge asks for a Host, too, and its refusal has the headers of every answer.
      requireHostHeader: false,
      // Node keeps the first otherwise. Several Hosts together name none, and the edge refuses them.
      joinDuplicateHeaders: true,
    },
    (request, response) => void answerRequest(answering, request, response),
  );
  const answering = {
    edge,
    answerTimeout,
    rounds: new Rounds(),
    turns: new Turns(),
    unread: new UnreadAnswers(maxUnread),
    isOpen: () => server.listening && !isStopping(),
  };
  server.on('checkExpectation', (request, response) => {
    void answerRequest(answering, request, response, unexpected());
  });
  refuseUnreadable(server, answering);
  server.maxConnections = maxConnections;

  return server;
}

function unexpected(): AnswerError {
  return new AnswerError(417, 'EXPECTATION_FAILED', 'Nothing but 100-continue may be expected.');
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
      // Node remembers the address once it was asked for it. Who has gone before has none, and no attempt of theirs could be
      // counted.
      if (socket.remoteAddress === undefined) {
        socket.destroy();
        return;
      }
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
