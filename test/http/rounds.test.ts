import type { ServerResponse } from 'node:http';

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

test('[C7] of many requests that come together, sixteen at most are worked on and not answered', async () => {
  const beginnings = await beginningsOf(40);

  expect(Math.max(...beginnings.map(({ begun, answered }) => begun - answered))).toBe(16);
});

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
