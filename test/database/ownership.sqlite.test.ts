import { chmod, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { DatabaseUnusableError, ownDatabase } from '../../src/database/open-database.ts';
import { DatabaseInUseError } from '../../src/database/server-lock.ts';
import { entities } from '../../src/entities.ts';
import { register } from '../support/account.ts';
import { createFolder } from '../support/folder.ts';
import { CLI, MAIN, runNode } from '../support/program.ts';
import { startServer } from '../support/server.ts';

const env = { PORT: '0', DATABASE_URL: 'sqlite:jotter.db' };

test('[D1] a second server on the same file refuses to start, and the first one goes on', async () => {
  await using folder = await createFolder();
  const directory = folder.path;
  await using first = await startServer({}, { directory });
  const ada = first.client();
  await register(ada);

  const second = await runNode([MAIN], { directory, env });

  expect(second.code).toBe(1);
  expect(second.stdout).toBe('');
  expect(second.stderr).toMatch(/^Another Jotter is using jotter\.db\..*DATABASE_URL.*\n$/u);
  expect(await whoIs(ada)).toBe('ada');
});

test('[D1] nor does the command line touch the file of a running server', async () => {
  await using folder = await createFolder();
  const directory = folder.path;
  await using server = await startServer({}, { directory });
  const ada = server.client();
  await register(ada);

  const [down, seed] = await Promise.all([
    runNode([CLI, 'migrate', 'down'], { directory, env }),
    runNode([CLI, 'seed'], { directory, env }),
  ]);

  expect([down.code, seed.code]).toEqual([1, 1]);
  expect(down.stderr).toMatch(/^Another Jotter is using/u);
  expect(await whoIs(ada)).toBe('ada');
});

test('[D1] a server that was killed leaves no lock behind', async () => {
  await using folder = await createFolder();
  const directory = folder.path;
  await using first = await startServer({}, { directory });
  expect(await first.stop('SIGKILL')).toBeNull();
  await using second = await startServer({}, { directory });

  expect(await whoIs(second.client())).toBeUndefined();
});

test('[D4] of two servers that start at once on a new file, one migrates it and serves', async () => {
  await using folder = await createFolder();
  const directory = folder.path;
  const starts = await Promise.allSettled([
    startServer({}, { directory }),
    startServer({}, { directory }),
  ]);
  const servers = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  await using _first = servers[0];
  await using _second = servers[1];

  expect(servers).toHaveLength(1);
  expect(starts.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { message: expect.stringContaining('Another Jotter') },
  });
  await register(servers[0]?.client() ?? expect.fail());
});

test('[D1] a process that has a database cannot take it twice, until it is closed', async () => {
  await using folder = await createFolder();
  const options = { databaseUrl: `sqlite:${folder.path}/jotter.db`, entities };
  const first = await ownDatabase(options);

  await expect(ownDatabase(options)).rejects.toBeInstanceOf(DatabaseInUseError);
  await first.close();
  const second = await ownDatabase(options);
  await second.close();
});

test('what cannot be a database is refused, and its lock is free again', async () => {
  await using folder = await createFolder();
  const path = join(folder.path, 'jotter.db');
  const options = { databaseUrl: `sqlite:${path}`, entities };
  await writeFile(path, 'Dear diary, '.repeat(1000));

  await expect(ownDatabase(options)).rejects.toBeInstanceOf(DatabaseUnusableError);
  await rm(path);
  const { close } = await ownDatabase(options);
  await close();
});

test('a database in memory belongs to its server alone, and leaves no file', async () => {
  await using folder = await createFolder();
  const directory = folder.path;
  const inMemory = { DATABASE_URL: 'sqlite::memory:' };
  await using first = await startServer(inMemory, { directory });
  await using second = await startServer(inMemory, { directory });
  const ada = first.client();
  await register(ada);
  await register(second.client());

  expect(await whoIs(ada)).toBe('ada');
  expect(await readdir(directory)).toEqual([]);
});

async function whoIs(client: Parameters<typeof register>[0]): Promise<unknown> {
  const { data } = await client.query('{ viewer { username } }');

  return data.viewer?.username;
}

test('a new database file is for its owner alone, also in a folder that others can read', async () => {
  await using folder = await createFolder();
  await chmod(folder.path, 0o755);
  const path = join(folder.path, 'jotter.db');
  const { close } = await ownDatabase({ databaseUrl: `sqlite:${path}`, entities });

  const modes = await Promise.all(
    [path, `${path}-wal`, `${path}-lock`].map(async (file) => (await stat(file)).mode),
  );
  await close();
  expect(modes.map((mode) => mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
});
