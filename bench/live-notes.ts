import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

/**
 * How long a change takes to arrive, and an ended session to end its stream, when both happen in another
 * process; and what many open streams cost. PostgreSQL comes out of node_modules.
 *
 *     node bench/live-notes.ts --changes 200 --streams 1000
 *
 * It takes half a minute, and sends to 127.0.0.1 alone.
 */
import { createClient } from 'graphql-sse';

import { startPostgres } from '../test/support/postgres.ts';
import { logIn, PASSWORD, register, send } from './operations.ts';
import { mebibytes, readMetric, startServer } from './server.ts';
import { median, quantile } from './statistics.ts';

const VIEWER = { query: '{ viewer { username } }' };
const LOGOUT = { query: 'mutation { logout { endedSessionIds } }' };
const CREATE = { query: 'mutation { createNote(input: { title: "new" }) { __typename } }' };
const PUBLISH = {
  query: 'mutation { createNote(input: { title: "new", visibility: PUBLIC }) { __typename } }',
};
const OWN = 'subscription { noteChanged { __typename ... on NoteSaved { note { id title } } } }';
const FEED = 'subscription { publicNoteChanged { __typename } }';

const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '200' },
    streams: { type: 'string', default: '1000' },
  },
});
const changes = Number(values.changes);
const count = Number(values.streams);

await using folder = await mkdtempDisposable(join(tmpdir(), 'jotter-bench-'));
await using postgres = await startPostgres();
const env = {
  DATABASE_URL: postgres.urlOf('postgres'),
  SESSION_SECRETS: 'Vb7kT2xQ9mZ4cR6wN8yL3pH5dF1sJ0gA',
  TRUSTED_PROXIES: '1',
  MAX_STREAMS: '5000',
  STREAMS_PER_NETWORK: '5000',
  SESSIONS_PER_USER: '1000',
};
await using here = await startServer(folder.path, env);
await using there = await startServer(folder.path, env);
const { cookie } = await register(here.origin, 'writer');
const credentials = { username: 'writer', password: PASSWORD };

const arrivals = await measureArrivals();
const ends = await measureEnds();
const crowd = await measureCrowd();
console.table({
  'change, from its mutation to its arrival': summary(arrivals.arrived),
  'the same mutation, to its answer': summary(arrivals.answered),
  'session, from its end to that of its stream': summary(ends),
  [`public note, from its mutation to each of ${count} streams`]: summary(crowd.durations),
});
console.log(`viewer right after that: ${crowd.viewer} ms`);
console.log(`RSS in MiB before, with and after ${count} streams: ${crowd.rss}`);
console.log(`Memory of a stream: ${crowd.kibibytesEach} KiB`);
await here.stop();
await there.stop();

/** The note is written in one process, and listened to in the other. */
async function measureArrivals() {
  const arrived: number[] = [];
  const answered: number[] = [];
  const stream = await listen(there.origin, cookie ?? '', OWN);
  for (let change = 0; change < changes; change += 1) {
    const started = performance.now();
    const writing = send(here.origin, CREATE, { cookie: cookie ?? '' });
    await stream.next();
    arrived.push(performance.now() - started);
    answered.push((await writing).duration);
  }
  await stream.end();

  return { arrived, answered };
}

async function measureEnds(): Promise<number[]> {
  const durations: number[] = [];
  for (let round = 0; round < 30; round += 1) {
    const other = await logIn(here.origin, credentials);
    const stream = await listen(there.origin, other.cookie ?? '', OWN);
    const started = performance.now();
    await send(here.origin, LOGOUT, { cookie: other.cookie ?? '' });
    while (await stream.next());
    durations.push(performance.now() - started);
  }

  return durations;
}

/** Everybody listens to the public feed in one process, while one note is published in the other. */
async function measureCrowd() {
  const before = await readMetric(there, 'process_resident_memory_bytes');
  const streams = [];
  for (let opened = 0; opened < count; opened += 50) {
    streams.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(50, count - opened) }, async () =>
          listen(there.origin, '', FEED),
        ),
      )),
    );
  }
  await sleep(1000);
  const idle = await readMetric(there, 'process_resident_memory_bytes');
  const started = performance.now();
  const arrivals = streams.map(async (stream) => {
    await stream.next();

    return performance.now() - started;
  });
  await send(here.origin, PUBLISH, { cookie: cookie ?? '' });
  const durations = await Promise.all(arrivals);
  const viewer = await send(there.origin, VIEWER, { cookie: cookie ?? '' });
  await Promise.all(streams.map(async (stream) => stream.end()));
  await sleep(2000);

  const after = await readMetric(there, 'process_resident_memory_bytes');

  return {
    durations,
    viewer: round(viewer.duration),
    kibibytesEach: round((idle - before) / count / 1024),
    rss: [before, idle, after].map(mebibytes).join(', '),
  };
}

/** When the promise is fulfilled, the server listens. */
async function listen(origin: string, sessionCookie: string, query: string) {
  const connected = Promise.withResolvers<void>();
  const client = createClient({
    url: `${origin}/graphql`,
    headers: { ...(sessionCookie && { cookie: sessionCookie }) },
    retryAttempts: 0,
    fetchFn: async (...args: Parameters<typeof fetch>) => {
      const response = await fetch(...args);
      connected.resolve();

      return response;
    },
  });
  const results = client.iterate({ query });
  await connected.promise;

  return {
    /** @returns false when the stream is over */
    next: async () => !(await results.next()).done,
    end: async () => {
      await results.return?.();
      client.dispose();
    },
  };
}

function summary(durations: readonly number[]) {
  return {
    'p50 ms': round(median(durations)),
    'p99 ms': round(quantile(durations, 0.99)),
    'max ms': round(Math.max(...durations)),
  };
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
