import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextRound } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { createHttpServer } from '../../src/http/server.ts';
import { listenBy } from '../support/listening.ts';

const request = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

/** What has happened to the requests when one of them begins to be worked on. */
interface Beginning {
  readonly read: number;
  readonly begun: number;
  readonly answered: number;
}

test('what comes together is read before the first of it is worked on', async () => {
  const beginnings = await beginningsOf(3);

  expect(beginnings.map(({ read }) => read)).toEqual([3, 3, 3]);
});

test('[C7] of many requests that come together, sixteen at most are begun and not answered', async () => {
  const beginnings = await beginningsOf(40);

  expect(Math.max(...beginnings.map(({ begun, answered }) => begun - answered))).toBe(16);
});

test('[B6] a request whose connection breaks off before its turn keeps its address, and is known to be given up', async () => {
  await using clients = await createLeavingClients();
  clients.sendAll();
  haveAllDelivered();
  // What was read can be seen; the first sixteen begin before the server knows.
  await expect.poll(() => clients.seen).toHaveLength(clients.count);

  const gone = clients.seen.filter(({ isGone }) => isGone);
  expect(gone.length).toBeGreaterThan(0);
  expect(gone.filter(({ isAborted }) => !isAborted)).toEqual([]);
  expect(clients.seen.filter(({ address }) => address !== '127.0.0.1')).toEqual([]);
});

test('[B6] a request whose connection broke off before it was read is not worked on without its address', async () => {
  const addresses: unknown[] = [];
  const server = createHttpServer(async ({ address }) => {
    addresses.push(address);

    return { status: 200, headers: {}, cookies: [], body: 'done' };
  });
  await using listening = await listenBy(server);
  const socket = connect(Number(new URL(listening.origin).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request);
  await nextRound();
  socket.resetAndDestroy();
  // Whoever comes last, and stays, is answered when the other is done with.
  expect((await fetch(listening.origin)).status).toBe(200);

  expect(addresses.filter((address) => address !== '127.0.0.1')).toEqual([]);
});

test('who closes its side of the connection behind its request is answered', async () => {
  await using listening = await listenBy(
    createHttpServer(async () => ({ status: 200, headers: {}, cookies: [], body: 'done' })),
  );
  const socket = connect({
    port: Number(new URL(listening.origin).port),
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  socket.end(request);

  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 [^]*done/);
});

/** Clients that break their connections off as soon as the last of their requests is read. */
async function createLeavingClients() {
  const count = 40;
  const connections: Socket[] = [];
  const seen: { address: string | null; isGone: boolean; isAborted: boolean }[] = [];
  const server = createHttpServer(async ({ path, address, signal }) => {
    const isGone = connections[Number(path.slice(1))]?.destroyed ?? false;
    seen.push({ address, isGone, isAborted: signal.aborted });

    return { status: 200, headers: {}, cookies: [], body: 'done' };
  });
  server.prependListener('request', ({ url = '', socket }) => {
    connections[Number(url.slice(1))] = socket;
    if (Object.keys(connections).length === count) {
      sockets.forEach((client) => client.resetAndDestroy());
    }
  });
  let accepted = 0;
  server.on('connection', () => {
    accepted += 1;
  });
  const listening = await listenBy(server);
  const port = Number(new URL(listening.origin).port);
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');

      return socket;
    }),
  );

  await expect.poll(() => accepted).toBe(count);

  return {
    count,
    seen,
    sendAll: () => {
      for (const [index, socket] of sockets.entries()) {
        socket.write(request.replace('/', `/${index}`));
      }
    },
    [Symbol.asyncDispose]: async () => listening[Symbol.asyncDispose](),
  };
}

/** Sends so many requests at once, each by a connection of its own. */
async function beginningsOf(count: number): Promise<readonly Beginning[]> {
  const responses: ServerResponse[] = [];
  const beginnings: Beginning[] = [];
  const server = createHttpServer(async () => {
    const answered = responses.filter(({ writableEnded }) => writableEnded).length;
    beginnings.push({ read: responses.length, begun: beginnings.length + 1, answered });

    return { status: 200, headers: {}, cookies: [], body: 'done' };
  });
  server.prependListener('request', (_, response) => responses.push(response));
  await using listening = await listenBy(server);
  await using parts = new AsyncDisposableStack();
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => parts.use(await listening.connect())),
  );
  async function sendAll(): Promise<void> {
    for (const socket of sockets) {
      socket.send(request);
    }
    haveAllDelivered();
    await expect.poll(() => beginnings).toHaveLength(count);
    await expect.poll(() => responses.every(({ writableFinished }) => writableFinished)).toBe(true);
  }
  // The server knows all of the connections then.
  await sendAll();
  responses.length = 0;
  beginnings.length = 0;

  await sendAll();

  return beginnings;
}

/** The system has time to bring what was sent to the server, which does not see any of it before it has all. */
function haveAllDelivered(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
}
