import type { Server } from 'node:http';

import { createHttpServer, listen, originOf, type ServerLimits } from '../../src/http/server.ts';
import type { TestApp } from './app.ts';
import { openSocket, type RawSocket } from './socket.ts';

export interface ListeningApp extends AsyncDisposable {
  readonly origin: string;
  connect(): Promise<RawSocket>;
  /** Sends it all at once, and waits until the server closes. @returns the answer, as it came */
  exchange(request: string | Uint8Array): Promise<string>;
}

/** Puts sockets in front of an application. */
export async function listenTo(
  { edge }: Pick<TestApp, 'edge'>,
  limits: Partial<ServerLimits> = {},
): Promise<ListeningApp> {
  return listenBy(createHttpServer(edge, limits));
}

/** Listens on any free port, until it is disposed of. */
export async function listenBy(server: Server): Promise<ListeningApp> {
  await listen(server, 0, '127.0.0.1');
  const origin = originOf(server);

  return {
    origin,
    connect: async () => openSocket(origin),
    exchange: async (request) => {
      using socket = await openSocket(origin);
      socket.send(request);

      return await socket.untilClosed();
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}
