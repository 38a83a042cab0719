/**
 * Whether the time of a refused login tells why it was refused: an unknown user, a wrong password, a disabled
 * account and a broken hash take turns, in a new order each round.
 *
 *     node bench/uniform-failures.ts --rounds 200
 *
 * It ends by itself, sends to 127.0.0.1 alone, and exits with 1 when the median of a difference to the unknown user
 * is beyond half a millisecond, with a confidence of 99 %: an attacker would see it.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import Database from 'better-sqlite3';

import { logIn, PASSWORD, register } from './operations.ts';
import { startServer } from './server.ts';
import { median, medianInterval } from './statistics.ts';

/** In milliseconds; a hash takes about 30. */
const BOUND = 0.5;
const MOST_ROUNDS = 5000;
const WARM_UP = 10;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '200' } } });
const rounds = Number(values.rounds);
if (!(rounds >= 20 && rounds <= MOST_ROUNDS)) {
  throw new RangeError(`--rounds takes a number from 20 to ${MOST_ROUNDS}.`);
}

/** By why it is refused. */
const attempts = {
  'unknown user': { username: 'nobody', password: PASSWORD },
  'wrong password': { username: 'active', password: 'not the right one' },
  'disabled account': { username: 'disabled', password: PASSWORD },
  'broken hash': { username: 'broken', password: PASSWORD },
};
type Kind = keyof typeof attempts;
const kinds = Object.keys(attempts) as Kind[];

await using folder = await mkdtempDisposable(join(tmpdir(), 'jotter-bench-'));
await using server = await startServer(folder.path, { TRUSTED_PROXIES: '1' });
for (const username of ['active', 'disabled', 'broken']) {
  await register(server.origin, username);
}
using database = openDatabase();
const durations = new Map<Kind, number[]>(kinds.map((kind) => [kind, []]));

for (let round = -WARM_UP; round < rounds; round += 1) {
  database.forgetAttempts();
  for (const kind of kinds.toSorted(() => Math.random() - 0.5)) {
    const { what, duration } = await logIn(server.origin, attempts[kind]);
    if (what !== 'InvalidCredentialsError') {
      throw new Error(`A login with ${kind} was answered with ${what}.`);
    }
    if (round >= 0) {
      durations.get(kind)?.push(duration);
    }
  }
}
await server.stop();
report();

function report(): void {
  const baseline = durations.get('unknown user') ?? [];
  const rows = kinds.map((kind) => {
    const own = durations.get(kind) ?? [];
    const differences = own.map((duration, round) => duration - (baseline[round] ?? NaN));
    const [low, high] = medianInterval(differences);

    return { kind, median: median(own), difference: median(differences), low, high };
  });

  console.log(
    `Milliseconds, medians of ${rounds} rounds; the difference to an unknown user with its 99 % interval:`,
  );
  console.table(Object.fromEntries(rows.map(({ kind, ...numbers }) => [kind, rounded(numbers)])));
  const telling = rows.filter(({ low, high }) => low > BOUND || high < -BOUND);
  if (telling.length > 0) {
    console.log(`FAILED: beyond ${BOUND} ms are ${telling.map(({ kind }) => kind).join(', ')}`);
    process.exitCode = 1;
  }
}

function rounded(numbers: Readonly<Record<string, number>>) {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, Math.round(value * 1000) / 1000]),
  );
}

/** Beside the server: what no operation can do. */
function openDatabase() {
  const sqlite = new Database(join(folder.path, 'bench.db'));
  sqlite.prepare(`update user set disabled_at = ? where username = 'disabled'`).run(Date.now());
  sqlite.prepare(`update user set password_hash = 'broken' where username = 'broken'`).run();
  const forget = sqlite.prepare('delete from throttle_bucket');

  return { forgetAttempts: () => forget.run(), [Symbol.dispose]: () => sqlite.close() };
}
