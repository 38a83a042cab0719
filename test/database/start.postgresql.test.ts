import { readdir } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { lockForMigration } from '../../src/database/advisory-lock.ts';
import { register } from '../support/account.ts';
import { createTestDatabase, runIn } from '../support/database.ts';
import { createFolder } from '../support/folder.ts';
import { CLI, exitOf, MAIN, runNode, spawnNode } from '../support/program.ts';
import { startServer } from '../support/server.ts';

const secret = 'Zk3vQ9xN7cT1mB5yR8wL2pH6dF4sJ0gA';

test('the start says where the data is, without the user and the password', async () => {
  await using database = await createTestDatabase({ isMigrated: false });
  await using server = await startServer({ DATABASE_URL: database.url });
  const { host, pathname } = new URL(database.url);

  expect(server.logged.at(-1)?.['msg']).toContain(
    `The data is in the PostgreSQL database ${pathname.slice(1)} at ${host}.`,
  );
  expect(JSON.stringify(server.logged)).not.toMatch(/tests%20alone|tests alone/u);
});

describe('[D5] a start without a database ends with one plain sentence, and leaves no file', () => {
  test.each([
    ['where nothing listens', (url: URL) => (url.port = '1'), /ECONNREFUSED.*Start PostgreSQL/u],
    ['with a wrong password', (url: URL) => (url.password = 'wrong'), /28P01.*password/u],
    [
      'with a name that no database has',
      (url: URL) => (url.pathname = '/none'),
      /3D000.*createdb/u,
    ],
  ])('%s', async (_what, change, expected) => {
    await using database = await createTestDatabase();
    await using folder = await createFolder();
    const url = new URL(database.url);
    change(url);
    const env = { PORT: '0', DATABASE_URL: url.href, SESSION_SECRETS: secret };

    const { code, stdout, stderr } = await runNode([MAIN], { directory: folder.path, env });

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^[^\n]+\n$/u);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toContain(url.password);
    expect(await readdir(folder.path)).toEqual([]);
  });
});

test('[D4] of two servers that start at once on an empty database, one migrates it and both serve', async () => {
  await using database = await createTestDatabase({ isMigrated: false });
  const env = { DATABASE_URL: database.url, SESSION_SECRETS: secret };
  const [first, second] = await Promise.all([startServer(env), startServer(env)]);
  await using _first = first;
  await using _second = second;

  const ada = first.client();
  await register(ada);
  const elsewhere = second.client();
  await elsewhere.setCookie((await ada.cookie()) ?? '');

  expect((await elsewhere.query('{ viewer { username } }')).data).toEqual({
    viewer: { username: 'ada' },
  });
});

test('[D4] a server waits for another process that is migrating', async () => {
  await using database = await createTestDatabase({ isMigrated: false });
  const unlock = await lockForMigration(database.url);
  const starting = startServer({ DATABASE_URL: database.url });
  await expect
    .poll(async () => runIn(database.url, WAITING_FOR_THE_LOCK), { timeout: 20_000 })
    .toHaveLength(1);

  await unlock();
  await using server = await starting;
  expect((await fetch(`${server.origin}/ready`)).status).toBe(200);
});

test('[D4] migrations that were killed in their midst are run again by the next start', async () => {
  await using database = await createTestDatabase({ isMigrated: false });
  const { url } = database;
  await runIn(
    url,
    `create function wait() returns event_trigger language plpgsql as
       $$ begin perform pg_sleep(60); end $$;
     create event trigger wait on ddl_command_end when tag in ('CREATE INDEX')
       execute function wait()`,
  );
  await using folder = await createFolder();
  const migrating = spawnNode([CLI, 'migrate', 'up'], {
    directory: folder.path,
    env: { DATABASE_URL: url, SESSION_SECRETS: secret },
  });
  await expect.poll(async () => runIn(url, SLEEPING), { timeout: 20_000 }).toHaveLength(1);
  migrating.kill('SIGKILL');
  await exitOf(migrating);
  // PostgreSQL looks after its lost client in intervals.
  await expect.poll(async () => runIn(url, SLEEPING), { timeout: 20_000 }).toEqual([]);
  await runIn(url, 'drop event trigger wait');

  await using server = await startServer({ DATABASE_URL: url });
  await register(server.client());

  expect((await fetch(`${server.origin}/ready`)).status).toBe(200);
});

const WAITING_FOR_THE_LOCK = "select 1 from pg_locks where locktype = 'advisory' and not granted";

const SLEEPING = `select 1 from pg_stat_activity
  where datname = current_database() and wait_event = 'PgSleep'`;
