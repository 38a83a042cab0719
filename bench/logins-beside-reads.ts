/**
 * What a crowd that logs in costs those who read: `viewer` alone, and while 100 logins wait, in turns.
 *
 *     node bench/logins-beside-reads.ts
 *
 * It takes half a minute, and sends to 127.0.0.1 alone.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { logIn, register, send } from './operations.ts';
import { mebibytes, readMetric, startServer } from './server.ts';
import { median, quantile } from './statistics.ts';

const ROUNDS = 4;
const TURN = 3000;
const READERS = 8;
const LOGINS = 100;

await using folder = await mkdtempDisposable(join(tmpdir(), 'jotter-bench-'));
await using server = await startServer(
  folder.path,
  { TRUSTED_PROXIES: '1' },
  join(import.meta.dirname, 'file-probe.ts'),
);
const { cookie } = await register(server.origin, 'reader');
const outcomes = new Map<string, number>();

await turn(false);
const before = await memory();
const alone: Turn[] = [];
const beside: Turn[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  alone.push(await turn(false));
  beside.push(await turn(true));
}
const most = Math.max(...beside.map(({ rss }) => rss));
await sleep(2000);

console.table({ alone: summary(alone), 'beside 100 logins': summary(beside) });
const ratios = beside.map(({ rate }, round) => rate / (alone[round]?.rate ?? NaN));
console.log(`Reads beside logins to reads alone: ${median(ratios).toFixed(2)}`);
console.log(`RSS in MiB: ${before} before, ${most} during, ${await memory()} after`);
console.log('Logins:', Object.fromEntries(outcomes));
await server.stop();

interface Turn {
  /** Requests a second. */
  readonly rate: number;
  readonly durations: readonly number[];
  readonly files: readonly number[];
  readonly rss: number;
}

async function turn(hasLogins: boolean): Promise<Turn> {
  const end = AbortSignal.timeout(TURN);
  const durations: number[] = [];
  server.probed.length = 0;
  const started = performance.now();
  const readers = Array.from({ length: READERS }, async () => {
    while (!end.aborted) {
      const headers = { cookie: cookie ?? '' };
      const { duration } = await send(
        server.origin,
        { query: '{ viewer { id username } }' },
        headers,
      );
      durations.push(duration);
    }
  });
  const logins = Array.from({ length: hasLogins ? LOGINS : 0 }, async () => keepTrying(end));
  await Promise.all(readers);
  const rate = (durations.length / (performance.now() - started)) * 1000;
  const rss = await memory();
  await Promise.all(logins);

  return { rate, durations, rss, files: [...server.probed] };
}

/** Whoever is told to come back does so after a second, as the answer says. */
async function keepTrying(end: AbortSignal): Promise<void> {
  while (!end.aborted) {
    const username = `nobody${randomBytes(4).toString('hex')}`;
    const { what } = await logIn(server.origin, { username, password: 'a guess' });
    outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
    if (what === 'RATE_LIMITED') {
      await sleep(1000, undefined, { signal: end }).catch(() => {});
    }
  }
}

async function memory(): Promise<number> {
  return mebibytes(await readMetric(server, 'process_resident_memory_bytes'));
}

function summary(turns: readonly Turn[]) {
  const durations = turns.flatMap((it) => it.durations);
  const files = turns.flatMap((it) => it.files);

  return {
    'requests a second': Math.round(median(turns.map(({ rate }) => rate))),
    'p50 ms': round(median(durations)),
    'p99 ms': round(quantile(durations, 0.99)),
    'fs.stat p50 ms': round(median(files)),
    'fs.stat max ms': round(Math.max(...files)),
  };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
