import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import { listenTo, type ListeningApp } from '../support/listening.ts';

const body = '{"query":"{ viewer { username } }"}';

const short = { headersTimeout: 200, requestTimeout: 400 };

test('[C7] a connection that sends its headers slowly is closed while others are served', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app, short);
  using slow = await server.connect();
  const started = Date.now();
  slow.send('POST /graphql HTTP/1.1\r\nhost: localhost\r\n');
  const drip = setInterval(() => slow.send('x: y\r\n'), 50);
  const waits = await serveUntil(server, slow.untilClosed());
  clearInterval(drip);

  expect(slow.received()).toMatch(/^HTTP\/1\.1 408 /);
  expect(Date.now() - started).toBeLessThan(5000);
  expect(Math.max(...waits)).toBeLessThan(2000);
});

test('[C7] a connection that sends its body slowly is closed while others are served', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app, short);
  using slow = await server.connect();
  slow.send(headFor(10_000));
  const drip = setInterval(() => slow.send(' '), 50);
  await serveUntil(server, slow.untilClosed());
  clearInterval(drip);

  expect(slow.received()).not.toMatch(/^HTTP\/1\.1 [25]/);
  expect(app.logged.filter(({ level }) => level === 50)).toEqual([]);
});

test('[C7] a connection that says nothing is closed', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app, short);
  using silent = await server.connect();

  expect(await silent.untilClosed()).not.toMatch(/^HTTP\/1\.1 [25]/);
});

test('[C7] a hundred slow connections are closed, and the server goes on', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app, short);
  const slow = await Promise.all(Array.from({ length: 100 }, async () => server.connect()));
  for (const socket of slow) {
    socket.send('POST /graphql HTTP/1.1\r\nhost: localhost\r\n');
  }
  await serveUntil(server, Promise.all(slow.map(async (socket) => socket.untilClosed())));

  expect(await operate(server)).toBe(200);
});

test('[C7] the number of connections is bounded, and one that ends makes room', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app, { maxConnections: 2 });
  using first = await server.connect();
  using second = await server.connect();
  second.send(headFor(body.length) + body);
  await second.untilReceived('"viewer":null');
  using third = await server.connect();

  expect(await third.untilClosed()).toBe('');
  first.reset();
  await expect.poll(async () => operate(server).catch(() => 0)).toBe(200);
});

test('[C7] a body over the limit is refused, and not read to its end', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  using socket = await server.connect();
  socket.send(headFor(50_000_000));
  let sent = 0;
  const feed = setInterval(() => {
    socket.send('x'.repeat(100_000));
    sent += 100_000;
  }, 5);
  const answer = await socket.untilClosed();
  clearInterval(feed);

  expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*connection: close[^]*"code":"BODY_TOO_LARGE"/i);
  expect(sent).toBeLessThan(20_000_000);
  expect(await operate(server)).toBe(200);
});

test('[C7] a length over the limit is refused before the body comes', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);

  expect(await server.exchange(headFor(1_000_001))).toMatch(/^HTTP\/1\.1 413 /);
});

test('[C7] a body over the limit that comes in chunks is refused', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  using socket = await server.connect();
  socket.send(
    'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  for (let count = 0; count < 11; count += 1) {
    socket.send(`186a0\r\n${' '.repeat(100_000)}\r\n`);
  }

  expect(await socket.untilClosed()).toMatch(/^HTTP\/1\.1 413 [^]*"code":"BODY_TOO_LARGE"/);
});

test('[C7] a body of the longest length is taken', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  using socket = await server.connect();
  socket.send(headFor(1_000_000) + body.padEnd(1_000_000));
  await socket.untilReceived('"viewer":null');

  expect(socket.received()).toMatch(/^HTTP\/1\.1 200 /);
});

test('a client that goes away in the midst of its body leaves no trace', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  for (let count = 0; count < 20; count += 1) {
    using socket = await server.connect();
    socket.send(headFor(1000) + body);
    await operate(server);
    socket.reset();
  }

  expect(await operate(server)).toBe(200);
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

test('a client that does not wait for its answer leaves no trace', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  for (let count = 0; count < 20; count += 1) {
    using socket = await server.connect();
    socket.send(headFor(body.length) + body);
    socket.reset();
  }

  expect(await operate(server)).toBe(200);
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

/** Runs operations one after the other meanwhile. @returns how long each took, in milliseconds */
async function serveUntil(server: ListeningApp, end: Promise<unknown>): Promise<number[]> {
  const waits: number[] = [];
  const running = new AbortController();
  const over = end.finally(() => running.abort());
  while (!running.signal.aborted) {
    const started = performance.now();
    expect(await operate(server)).toBe(200);
    waits.push(performance.now() - started);
  }
  await over;

  return waits;
}

function headFor(length: number): string {
  return `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
}

async function operate({ origin }: ListeningApp): Promise<number> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body,
  });
  await response.arrayBuffer();

  return response.status;
}
