import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import { register } from '../support/account.ts';
import type { TestClient } from '../support/client.ts';
import { createFolder } from '../support/folder.ts';
import { CLI, runNode, type ProgramResult } from '../support/program.ts';
import { startServer } from '../support/server.ts';

test('[D4] a backup while the server writes is whole, and has every note that was acknowledged before it', async () => {
  await using folder = await createFolder();
  await using server = await startServer({}, { directory: folder.path });
  const ada = server.client();
  await register(ada);
  const acknowledged: string[] = [];
  const end = new AbortController();
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let count = 0; !end.signal.aborted; count += 1) {
      const title = `${writer}.${count}`;
      await createNote(ada, title);
      acknowledged.push(title);
    }
  });
  await expect.poll(() => acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(20);

  for (const name of ['first.db', 'second.db']) {
    const before = [...acknowledged];
    const result = await jotter(folder.path, 'backup', name);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const { titles, integrity } = contentOf(join(folder.path, name));
    expect(integrity).toBe('ok');
    expect(before.filter((title) => !titles.includes(title))).toEqual([]);
  }
  const afterwards = acknowledged.length;
  await expect.poll(() => acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(afterwards);
  end.abort();
  await Promise.all(writers);
}, 60_000);

test('[D4] a backup is one file for its owner alone, and leaves nothing else behind', async () => {
  await using folder = await createFolder();
  await jotter(folder.path, 'migrate', 'up');
  const before = readdirSync(folder.path);

  const { stdout } = await jotter(folder.path, 'backup', 'copy.db');

  expect(readdirSync(folder.path).toSorted()).toEqual([...before, 'copy.db'].toSorted());
  expect(statSync(join(folder.path, 'copy.db')).mode & 0o777).toBe(0o600);
  expect(stdout).toMatch(
    /^copy\.db has everything that was in jotter\.db: \d+ bytes, checked\.\n$/,
  );
});

test('[D4] a backup overwrites nothing', async () => {
  await using folder = await createFolder();
  await jotter(folder.path, 'migrate', 'up');
  writeFileSync(join(folder.path, 'copy.db'), 'precious');

  const { code, stderr } = await jotter(folder.path, 'backup', 'copy.db');

  expect(code).toBe(1);
  expect(stderr).toMatch(/^There is something at copy\.db already\.[^\n]*\n$/);
  expect(readFileSync(join(folder.path, 'copy.db'), 'utf8')).toBe('precious');
});

test.each([
  ['of a database that is not there', ['backup', 'copy.db'], /no database at jotter\.db/],
  ['into a folder that is not there', ['backup', 'no/where/copy.db'], /ENOENT/],
])('[D4] a backup %s is told in one sentence', async (what, args, message) => {
  await using folder = await createFolder();
  if (what.startsWith('into')) {
    await jotter(folder.path, 'migrate', 'up');
  }

  const { code, stderr } = await jotter(folder.path, ...args);

  expect(code).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd()).not.toContain('\n');
  expect(existsSync(join(folder.path, 'copy.db'))).toBe(false);
});

test('[D4] a restored backup has what it had, and the replaced file is kept', async () => {
  await using folder = await createFolder();
  const directory = folder.path;
  await using first = await startServer({}, { directory });
  const ada = first.client();
  await register(ada);
  await createNote(ada, 'before');
  await jotter(directory, 'backup', 'copy.db');
  await createNote(ada, 'after');
  await first.stop();

  const { code, stdout } = await jotter(directory, 'restore', 'copy.db');
  const [, kept = ''] = /kept in (\S+)\. /.exec(stdout) ?? [];
  expect(code).toBe(0);
  expect(contentOf(join(directory, kept))).toEqual({
    titles: ['before', 'after'],
    integrity: 'ok',
  });

  await using second = await startServer({}, { directory });
  const returning = second.client();
  await returning.setCookie((await ada.cookie()) ?? '');
  const { data } = await returning.query('{ viewer { notes { nodes { title } } } }');
  expect(data.viewer.notes.nodes).toEqual([{ title: 'before' }]);
  await createNote(returning, 'new');
  expect(statSync(join(directory, 'jotter.db')).mode & 0o777).toBe(0o600);
});

test('[D4] a backup is restored where there was no database', async () => {
  await using folder = await createFolder();
  await jotter(folder.path, 'migrate', 'up');
  await jotter(folder.path, 'backup', 'copy.db');

  const { code, stdout } = await runNode([CLI, 'restore', 'copy.db'], {
    directory: folder.path,
    env: { DATABASE_URL: 'sqlite:else/where/jotter.db' },
  });

  expect(code).toBe(0);
  expect(stdout).not.toContain('kept');
  expect(contentOf(join(folder.path, 'else/where/jotter.db')).integrity).toBe('ok');
});

test('[D4] nothing is restored under a running server', async () => {
  await using folder = await createFolder();
  await using server = await startServer({}, { directory: folder.path });
  const ada = server.client();
  await register(ada);
  await jotter(folder.path, 'backup', 'copy.db');

  const { code, stderr } = await jotter(folder.path, 'restore', 'copy.db');

  expect(code).toBe(1);
  expect(stderr).toMatch(/^Another Jotter is using jotter\.db\./);
  expect((await ada.query('{ viewer { username } }')).data).toEqual({
    viewer: { username: 'ada' },
  });
});

test.each([
  ['is no database', () => Buffer.from('Dear diary, '.repeat(1000)), /SQLITE_NOTADB/],
  ['is damaged', (sound: Buffer) => Buffer.from(sound).fill(0x5a, 8192), /damaged|SQLITE_CORRUPT/],
  ['is cut off', (sound: Buffer) => sound.subarray(0, 12_000), /damaged|SQLITE_CORRUPT/],
  ['belongs to something else', foreignDatabase, /no database of Jotter/],
])('[D4] a file that %s is not restored, and the old one stays', async (_what, spoil, message) => {
  await using folder = await createFolder();
  await jotter(folder.path, 'migrate', 'up');
  await jotter(folder.path, 'backup', 'copy.db');
  writeFileSync(join(folder.path, 'bad.db'), spoil(readFileSync(join(folder.path, 'copy.db'))));
  const before = readFileSync(join(folder.path, 'jotter.db'));

  const { code, stderr } = await jotter(folder.path, 'restore', 'bad.db');

  expect(code).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd()).not.toContain('\n');
  expect(readFileSync(join(folder.path, 'jotter.db'))).toEqual(before);
  expect(readdirSync(folder.path).filter((name) => /partial|replaced/.test(name))).toEqual([]);
});

async function jotter(directory: string, ...args: readonly string[]): Promise<ProgramResult> {
  return runNode([CLI, ...args], { directory, env: { DATABASE_URL: 'sqlite:jotter.db' } });
}

async function createNote(client: TestClient, title: string): Promise<void> {
  const { data } = await client.query(
    'mutation ($title: String!) { createNote(input: { title: $title }) { __typename } }',
    { title },
  );
  expect(data?.createNote?.__typename).toBe('CreateNoteSuccess');
}

function contentOf(path: string) {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  const titles = database.prepare('select title from note order by id').pluck().all();
  const integrity = database.pragma('integrity_check', { simple: true });
  database.close();

  return { titles, integrity };
}

function foreignDatabase(): Buffer {
  const database = new Database(':memory:');
  database.exec('create table recipe (id integer)');

  return database.serialize();
}
