import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import { listenTo, type ListeningApp } from '../support/listening.ts';

/** More than the buffers of both ends of a connection take. */
const LONG_TEXT = 'x'.repeat(12_000_000);

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { text: { type: GraphQLString, resolve: () => LONG_TEXT } },
  }),
});

const body = '{"query":"{ text }"}';
const request = `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

test('[C7] the requests of a connection that come at once are worked on one after another', async () => {
  let running = 0;
  let most = 0;
  const slow = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        text: {
          type: GraphQLString,
          resolve: async () => {
            running += 1;
            most = Math.max(most, running);
            await sleep(10);
            running -= 1;
          },
        },
      },
    }),
  });
  await using app = await createTestApp({ schema: slow });
  await using server = await listenTo(app);
  using socket = await server.connect();

  socket.send(request.repeat(20));
  await expect.poll(() => socket.received().match(/"text":null/g)).toHaveLength(20);

  expect(most).toBe(1);
});

test('[C7] requests behind an answer that nobody reads are not begun', async () => {
  await using app = await createTestApp({ schema });
  await using server = await listenTo(app);
  await using socket = await connectTo(server);

  socket.write(request.repeat(300));
  await expect.poll(() => app.answered).toHaveLength(1);
  await sleep(100);

  expect(app.answered).toHaveLength(1);
});

test('a request whose client has gone before its turn ends all the same', async () => {
  const begun = Promise.withResolvers<void>();
  const endless = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        text: {
          type: GraphQLString,
          resolve: async () => {
            begun.resolve();
            await new Promise(() => {});
          },
        },
      },
    }),
  });
  await using app = await createTestApp({ schema: endless });
  await using server = await listenTo(app);
  using socket = await server.connect();

  socket.send(request + request.slice(0, -1));
  await begun.promise;
  socket.reset();

  await expect.poll(() => app.answered).toHaveLength(2);
});

test('[C7] a client that does not read on is cut off', async () => {
  await using app = await createTestApp({ schema });
  await using server = await listenTo(app, { answerTimeout: 100 });
  await using socket = await connectTo(server);

  socket.write(request);
  await expect.poll(() => app.answered).toHaveLength(1);
  await sleep(500);

  expect(await readAll(socket)).toBeLessThan(LONG_TEXT.length);
});

test('[C7] a client that reads slowly gets its answer', async () => {
  await using app = await createTestApp({ schema });
  await using server = await listenTo(app, { answerTimeout: 1000 });
  await using socket = await connectTo(server);
  let size = 0;

  socket.write(request.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
  for await (const chunk of socket) {
    size += chunk.length;
    await sleep(5);
  }

  expect(size).toBeGreaterThan(LONG_TEXT.length);
});

test('[C7] when too much is unread, the answers that wait for longest are cut off', async () => {
  await using app = await createTestApp({ schema });
  await using server = await listenTo(app, { maxUnread: 2.5 * LONG_TEXT.length });
  await using sockets = new AsyncDisposableStack();
  const readers: Socket[] = [];

  for (const count of [1, 2, 3, 4]) {
    const socket = sockets.use(await connectTo(server));
    readers.push(socket);
    socket.write(request.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
    await expect.poll(() => app.answered).toHaveLength(count);
  }
  const sizes = await Promise.all(readers.map(readAll));

  expect(sizes.map((size) => size > LONG_TEXT.length)).toEqual([false, false, true, true]);
});

test('[C7] answers that are read leave no trace in the count of the unread', async () => {
  await using app = await createTestApp({ schema });
  await using server = await listenTo(app, { maxUnread: 1.5 * LONG_TEXT.length });

  for (let count = 0; count < 5; count += 1) {
    const response = await fetch(`${server.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect((await response.text()).length).toBeGreaterThan(LONG_TEXT.length);
  }
});

/** A client that reads when it is told to. */
async function connectTo({ origin }: ListeningApp): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');

  return socket;
}

/** @returns how many bytes there were to the end of the connection */
async function readAll(socket: Socket): Promise<number> {
  let size = 0;
  socket.on('data', (chunk) => {
    size += chunk.length;
  });
  await once(socket, 'close');

  return size;
}
