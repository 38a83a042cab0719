/**
 * A soak: good and bad work, mixed, over HTTP against a real server in a process of its own.
 *
 *     node bench/soak.ts --minutes 10
 *
 * It ends by itself, sends to 127.0.0.1 alone, and exits with 1 when a write that was acknowledged is lost,
 * an answer is a 5xx, or the server does not end well.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import Database from 'better-sqlite3';

import { mebibytes, startServer } from './server.ts';

const MOST_MINUTES = 60;
const WORKERS = 8;
const SAMPLES = 12;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= MOST_MINUTES)) {
  throw new RangeError(`--minutes takes a number above 0, and at most ${MOST_MINUTES}.`);
}

await using folder = await mkdtempDisposable(join(tmpdir(), 'jotter-soak-'));
await using server = await startServer(folder.path);
const counts = new Map<string, number>();
const acknowledged = new Map<string, string>();
const deleted = new Set<string>();
const samples: Sample[] = [];
const started = performance.now();
const end = AbortSignal.timeout(minutes * 60_000);

await Promise.all([
  ...Array.from({ length: WORKERS }, async (_, worker) => work(worker)),
  takeSamples(),
]);
const seconds = (performance.now() - started) / 1000;
await sleep(6000);
samples.push(await sample('at rest'));
const exitCode = await server.stop();
report();

/** One user's life: mostly good work, and now and then something that nobody should do. */
async function work(worker: number): Promise<void> {
  const username = `soaker${worker}`;
  const password = 'ten thousand grey herons';
  let cookie = await authenticate('register', { username, password });
  const own: { id: string; version: number }[] = [];

  async function send(name: string, query: string, variables: object = {}, headers = {}) {
    const response = await fetch(`${server.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(cookie && { cookie }), ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as Answer;
    count(`${name}: ${response.status} ${errors?.[0]?.extensions?.code ?? typeOf(data)}`);

    return data;
  }

  async function authenticate(field: 'login' | 'register', input: object): Promise<string> {
    const type = field === 'login' ? 'LoginInput' : 'RegisterInput';
    const response = await fetch(`${server.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`,
        variables: { input },
      }),
    });
    const { data, errors } = (await response.json()) as Answer;
    count(`${field}: ${response.status} ${errors?.[0]?.extensions?.code ?? typeOf(data)}`);

    return response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
  }

  async function create(): Promise<void> {
    const title = `${username}.${randomBytes(8).toString('hex')}`;
    const data = await send(
      'createNote',
      `mutation Create($title: String!, $body: String!) {
        createNote(input: { title: $title, body: $body, visibility: PUBLIC }) {
          __typename ... on CreateNoteSuccess { note { id version } } } }`,
      { title, body: 'soak '.repeat(Math.floor(Math.random() * 400)) },
    );
    const note = data?.createNote?.note;
    if (note) {
      acknowledged.set(note.id, title);
      own.push(note);
      own.splice(0, Math.max(0, own.length - 50));
    }
  }

  async function remove(): Promise<void> {
    const note = own.pop();
    if (note) {
      // Whatever becomes of the answer, the note may be gone.
      deleted.add(note.id);
      await send(
        'deleteNote',
        `mutation Delete($id: ID!) { deleteNote(input: { id: $id }) { __typename } }`,
        {
          id: note.id,
        },
      );
    }
  }

  /** Sends bytes on a socket, and goes away, or waits for the answer. */
  async function raw(name: string, bytes: string, { leave = false } = {}): Promise<void> {
    const { hostname, port } = new URL(server.origin);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    socket.on('error', () => {});
    socket.write(bytes);
    if (leave) {
      await sleep(Math.random() * 5);
      socket.resetAndDestroy();
    } else {
      await Promise.race([once(socket, 'close').catch(() => {}), sleep(15_000)]);
      socket.destroy();
    }
    count(`${name}: ${leave ? 'left' : (/^HTTP\/1\.1 (\d+)/u.exec(text)?.[1] ?? 'closed')}`);
  }

  const good = [
    {
      name: 'viewer',
      weight: 20,
      run: async () => send('viewer', 'query Me { viewer { username } }'),
    },
    {
      name: 'own notes',
      weight: 20,
      run: async () =>
        send(
          'own notes',
          'query Mine { viewer { notes(first: 20) { nodes { id title version } } } }',
        ),
    },
    {
      name: 'public notes',
      weight: 10,
      run: async () =>
        send(
          'public notes',
          'query Feed { notes(first: 20) { nodes { title author { username } } } }',
        ),
    },
    { name: 'createNote', weight: 20, run: create },
    { name: 'deleteNote', weight: 4, run: remove },
    {
      name: 'updateNote',
      weight: 10,
      run: async () =>
        send(
          'updateNote',
          'mutation Edit($id: ID!) { updateNote(input: { id: $id, body: "edited" }) { __typename } }',
          {
            id: own.at(-1)?.id ?? 'none',
          },
        ),
    },
    {
      name: 'login',
      weight: 0.5,
      run: async () => {
        cookie = await authenticate('login', { username, password });
      },
    },
    {
      name: 'health',
      weight: 2,
      run: async () => count(`ready: ${(await fetch(`${server.origin}/ready`)).status}`),
    },
  ];
  const bad = [
    { name: 'unknown field', weight: 2, run: async () => send('unknown field', '{ nothing }') },
    {
      name: 'unknown name',
      weight: 1,
      run: async () =>
        send('unknown name', `query ${'N'}${randomBytes(6).toString('hex')} { __typename }`),
    },
    { name: 'no document', weight: 2, run: async () => send('no document', '{'.repeat(200)) },
    {
      name: 'bad cookie',
      weight: 2,
      run: async () =>
        send(
          'bad cookie',
          '{ viewer { username } }',
          {},
          { cookie: `session=${randomBytes(60).toString('base64url')}` },
        ),
    },
    {
      name: 'anonymous write',
      weight: 2,
      run: async () =>
        send(
          'anonymous write',
          'mutation { createNote(input: { title: "x" }) { __typename } }',
          {},
          { cookie: 'x=y' },
        ),
    },
    {
      name: 'bad token',
      weight: 1,
      run: async () =>
        send(
          'bad token',
          '{ viewer { username } }',
          {},
          { authorization: `Bearer jot_${randomBytes(32).toString('hex')}` },
        ),
    },
    {
      name: 'wrong password',
      weight: 0.2,
      run: async () =>
        authenticate('login', {
          username: `nobody${Math.floor(Math.random() * 100)}`,
          password: 'wrong password',
        }),
    },
    {
      name: 'foreign origin',
      weight: 1,
      run: async () =>
        raw(
          'foreign origin',
          `POST /graphql HTTP/1.1\r\nhost: localhost\r\norigin: https://evil.test\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`,
        ),
    },
    {
      name: 'no HTTP',
      weight: 1,
      run: async () => raw('no HTTP', `${randomBytes(40).toString('latin1')}\r\n\r\n`),
    },
    {
      name: 'large body',
      weight: 0.5,
      run: async () =>
        raw(
          'large body',
          `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n${'x'.repeat(100_000)}`,
        ),
    },
    {
      name: 'slow headers',
      weight: 0.05,
      run: async () => raw('slow headers', 'POST /graphql HTTP/1.1\r\nhost: '),
    },
    {
      name: 'goes away',
      weight: 2,
      run: async () =>
        raw(
          'goes away',
          `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"query"`,
          { leave: true },
        ),
    },
    {
      name: 'does not wait',
      weight: 2,
      run: async () =>
        raw(
          'does not wait',
          `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 24\r\n\r\n{"query":"{__typename}"}`,
          { leave: true },
        ),
    },
  ];
  const tasks = [...good, ...bad];

  while (!end.aborted) {
    const kind = pick(tasks);
    try {
      await kind.run();
    } catch (error) {
      count(`${kind.name}: threw ${String(error)}`);
    }
    await sleep(Math.random() * 10);
  }
}

interface Task {
  readonly name: string;
  readonly weight: number;
  readonly run: () => Promise<unknown>;
}

function pick(tasks: readonly Task[]): Task {
  let left = Math.random() * tasks.reduce((sum, { weight }) => sum + weight, 0);

  return tasks.find(({ weight }) => (left -= weight) < 0) ?? tasks[0]!;
}

interface Answer {
  readonly data?: Record<string, any> | null;
  readonly errors?: readonly { extensions?: { code?: string } }[];
}

function typeOf(data: Answer['data']): string {
  const [value] = Object.values(data ?? {});

  return value?.__typename ?? 'ok';
}

function count(what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

interface Sample {
  readonly at: string;
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
  readonly handles: number;
  readonly lag: number;
  readonly sessions: number;
}

async function takeSamples(): Promise<void> {
  while (!end.aborted) {
    await sleep((minutes * 60_000) / SAMPLES, undefined, { signal: end }).catch(() => {});
    samples.push(await sample(`${Math.round((performance.now() - started) / 1000)} s`));
  }
}

async function sample(at: string): Promise<Sample> {
  const text = await (await fetch(`${server.metricsOrigin}/metrics`)).text();
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'mu').exec(text)?.[1]);

  return {
    at,
    rss: mebibytes(read('process_resident_memory_bytes')),
    heap: mebibytes(read('nodejs_heap_size_used_bytes')),
    external: mebibytes(read('nodejs_external_memory_bytes')),
    handles: read('nodejs_active_resources_total'),
    lag: Math.round(read('nodejs_eventloop_lag_p99_seconds') * 1000),
    sessions: read('jotter_sessions_alive'),
  };
}

function report(): void {
  const requests = [...counts.values()].reduce((sum, number) => sum + number, 0);
  const lost = lostWrites();
  const failures = [...counts].filter(([what]) => /: (?:5\d\d|threw)/u.test(what));

  console.log(
    `${requests} requests in ${seconds.toFixed(0)} s (${(requests / seconds).toFixed(0)} a second), ${WORKERS} at a time`,
  );
  console.table(Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b))));
  console.log('Memory in MiB, lag of the event loop (p99) in ms:');
  console.table(samples);
  console.log(
    `Notes acknowledged: ${acknowledged.size}; deleted again: ${deleted.size}; lost: ${lost.length}`,
  );
  console.log(`The server ended with ${exitCode}. Lines of its log by event:`);
  console.table(Object.fromEntries(server.events));
  if (lost.length > 0 || failures.length > 0 || exitCode !== 0) {
    console.log('FAILED', { lost, failures, exitCode });
    process.exitCode = 1;
  }
}

function lostWrites(): string[] {
  const database = new Database(join(folder.path, 'bench.db'), { readonly: true });
  const titles = new Set(database.prepare('select title from note').pluck().all());
  const verdict = database.pragma('integrity_check', { simple: true });
  database.close();
  if (verdict !== 'ok') {
    throw new Error(`The database is damaged: ${verdict}`);
  }

  return [...acknowledged]
    .filter(([id, title]) => !deleted.has(id) && !titles.has(title))
    .map(([, title]) => title);
}
