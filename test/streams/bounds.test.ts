/** What streams may cost. */
import { connect, type Socket } from 'node:net';

import { expect, test, vi } from 'vitest';

import { createTestApp, testConfig, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { HOUR } from '../support/clock.ts';
import { listenTo } from '../support/listening.ts';
import { storeNote } from '../support/notes.ts';
import { NOTE_CHANGED, PUBLIC_NOTE_CHANGED, subscribe } from '../support/stream.ts';

const { streams, operationLimits } = testConfig;

const CREATE =
  'mutation { createNote(input: { title: "new", visibility: PUBLIC }) { __typename } }';

test.for([
  ['session', { perLogin: 2 }],
  ['user', { perUser: 2 }],
  ['network', { perNetwork: 2 }],
  ['process', { total: 2 }],
] as const)(
  '[F1] one %s has a bounded number of streams, and gets room by closing one',
  async ([, limit]) => {
    await using app = await createTestApp({ config: { streams: { ...streams, ...limit } } });
    const ada = app.client('192.0.2.1');
    await ada.setCookie((await (await app.as(await app.createUser('ada'))).cookie()) ?? '');
    await using first = await subscribe(ada, NOTE_CHANGED);
    await using _second = await subscribe(ada, NOTE_CHANGED);
    const listening = app.changes.listening();

    await using third = await subscribe(ada, NOTE_CHANGED);
    expect(await third.next()).toMatchObject({
      errors: [{ extensions: { code: 'TOO_MANY_STREAMS', limit: 2 } }],
    });
    expect(await third.next()).toBeNull();
    expect(app.changes.listening()).toBe(listening);

    await first[Symbol.asyncDispose]();
    await vi.waitUntil(() => app.changes.listening() < listening);
    await using fourth = await subscribe(ada, NOTE_CHANGED);
    await ada.query(CREATE);
    expect(await fourth.next()).toMatchObject({ data: { noteChanged: { isNew: true } } });
  },
);

test('[F1] networks, users and sessions do not take each other’s room', async () => {
  await using app = await createTestApp({
    config: { streams: { ...streams, perLogin: 1, perUser: 2, perNetwork: 1 } },
  });
  const user = await app.createUser('ada');
  await using _one = await subscribe(await app.as(user), NOTE_CHANGED);
  await using _two = await subscribe(await app.as(user), NOTE_CHANGED);
  await using three = await subscribe(await app.as(user), NOTE_CHANGED);
  await using _here = await subscribe(app.client('2001:db8::1'), PUBLIC_NOTE_CHANGED);
  await using same = await subscribe(app.client('2001:db8::2'), PUBLIC_NOTE_CHANGED);
  await using other = await subscribe(app.client('2001:db8:0:1::1'), PUBLIC_NOTE_CHANGED);

  expect(await three.endCode()).toBe('TOO_MANY_STREAMS');
  expect(await same.endCode()).toBe('TOO_MANY_STREAMS');
  const ada = await app.as(await app.createUser('eve'));
  await ada.query(CREATE);
  expect(await other.next()).toMatchObject({ data: { publicNoteChanged: { isNew: true } } });
});

async function touch(client: TestClient, id: string): Promise<void> {
  await client.query(
    'mutation ($id: ID!) { updateNote(input: { id: $id, visibility: PRIVATE }) { __typename } }',
    { id },
  );
}

/** A client that reads when the test says so. */
async function openRaw(app: TestApp, origin: string, client: TestClient): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  const body = JSON.stringify({ query: NOTE_BODY });
  const socket = connect(Number(port), hostname);
  socket.write(
    [
      'POST /graphql HTTP/1.1',
      'host: localhost',
      'content-type: application/json',
      'accept: text/event-stream',
      `cookie: session=${await client.cookie()}`,
      `content-length: ${body.length}`,
      '\r\n',
    ].join('\r\n') + body,
  );
  const opened = app.changes.listening() + 1;
  await vi.waitUntil(() => app.changes.listening() > opened);

  return socket;
}

const NOTE_BODY = 'subscription { noteChanged { ... on NoteSaved { note { body } } } }';

test('[F1] for a client that does not read, ids wait and nothing else, and at last it has to begin anew', async () => {
  await using app = await createTestApp({ config: { streams: { ...streams, heartbeat: HOUR } } });
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user, { body: 'x'.repeat(100_000) });
  await using server = await listenTo(app, { answerTimeout: HOUR });
  const socket = await openRaw(app, server.origin, ada);
  socket.pause();
  const { rss } = process.memoryUsage();

  // More than the buffers of the socket and the queue take.
  for (let count = 0; count < 400; count += 1) {
    await touch(ada, id);
  }
  expect(process.memoryUsage().rss - rss).toBeLessThan(150_000_000);
  expect(app.changes.listening()).toBeGreaterThan(0);

  let text = '';
  socket.on('data', (chunk) => {
    text = (text + chunk.toString('latin1')).slice(-2000);
  });
  socket.resume();
  await vi.waitUntil(() => text.includes('event: complete'), { timeout: 20_000 });
  expect(text).toContain('"code":"STREAM_TOO_SLOW"');
  expect(text).toContain('"isRetriable":true');
  await vi.waitUntil(() => app.changes.listening() === 0);
  socket.destroy();
});

test('[F1] a client that reads nothing for too long is cut off', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user, { body: 'x'.repeat(100_000) });
  await using server = await listenTo(app, { answerTimeout: 200 });
  const socket = await openRaw(app, server.origin, ada);
  socket.on('error', () => {});
  socket.pause();

  await expect
    .poll(
      async () => {
        await touch(ada, id);

        return app.changes.listening();
      },
      { timeout: 20_000, interval: 1 },
    )
    .toBe(0);
  socket.destroy();
});

test('[F1] a thousand streams that come and go leave nothing behind', async () => {
  await using app = await createTestApp({
    config: { streams: { ...streams, perLogin: 50, perUser: 50, perNetwork: 50 } },
  });
  const ada = await app.as(await app.createUser('ada'));
  await using server = await listenTo(app);
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const cookie = `session=${await ada.cookie()}`;
  const before = process.getActiveResourcesInfo().length;

  async function comeAndGo(round: number): Promise<void> {
    const client = new AbortController();
    const response = await fetch(`${server.origin}/graphql`, {
      method: 'POST',
      headers: round % 2 ? { ...headers, cookie } : headers,
      body: JSON.stringify({ query: round % 2 ? NOTE_CHANGED : PUBLIC_NOTE_CHANGED }),
      signal: client.signal,
    });
    if (round % 3) {
      await response.body?.getReader().read();
    }
    client.abort();
  }
  for (let round = 0; round < 1000; round += 20) {
    await Promise.all(Array.from({ length: 20 }, async (_, index) => comeAndGo(round + index)));
  }
  await vi.waitUntil(() => app.changes.listening() === 0, { timeout: 10_000 });

  expect(app.changes.topics.length).toBeGreaterThanOrEqual(1000);
  await expect
    .poll(() => process.getActiveResourcesInfo().length, { timeout: 10_000 })
    .toBeLessThan(before + 50);
  expect(app.complaints().filter(({ event }) => event !== 'operation_stopped')).toEqual([]);
  await using again = await subscribe(ada, NOTE_CHANGED);
  await ada.query(CREATE);
  expect(await again.next()).toMatchObject({ data: { noteChanged: { isNew: true } } });
});

test('a stream outlives the time limit of operations, and its heartbeat shows that it lives', async () => {
  await using app = await createTestApp({
    config: {
      operationLimits: { ...operationLimits, time: 300 },
      streams: { ...streams, heartbeat: 100 },
    },
  });
  const ada = await app.as(await app.createUser('ada'));
  const response = await ada.request('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: NOTE_CHANGED }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  async function readUntil(part: string): Promise<string> {
    let text = '';
    while (!text.includes(part)) {
      text += (await reader?.read())?.value ?? '';
    }

    return text;
  }
  const started = performance.now();

  await readUntil(':\n\n'.repeat(5));
  expect(performance.now() - started).toBeGreaterThan(300);
  await ada.query(CREATE);
  expect(await readUntil('event: next')).toContain('"isNew":true');
  await reader?.cancel();
});

test('[E2] an event that is too large, or takes too long, says so and ends the stream', async () => {
  await using app = await createTestApp({
    config: { operationLimits: { ...operationLimits, answerSize: 1000 } },
  });
  const ada = await app.as(await app.createUser('ada'));
  await using stream = await subscribe(ada, NOTE_BODY);

  await ada.query(
    'mutation ($input: CreateNoteInput!) { createNote(input: $input) { __typename } }',
    { input: { title: 'long', body: 'x'.repeat(2000) } },
  );

  expect(await stream.next()).toMatchObject({
    data: null,
    errors: [{ extensions: { code: 'ANSWER_TOO_LARGE' } }],
  });
  expect(await stream.next()).toBeNull();
  expect(app.changes.listening()).toBe(0);
});
