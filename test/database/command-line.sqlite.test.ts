import { cp, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import { createFolder } from '../support/folder.ts';
import { CLI, ROOT, runNode, type ProgramResult } from '../support/program.ts';

const initial = 'Migration20261123000000_initial';

test('migrate status, up and down tell what there is, and change it', async () => {
  await using folder = await createFolder();
  async function run(word: string): Promise<ProgramResult> {
    return runCli(folder.path, ['migrate', word]);
  }

  expect(await run('status')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(`pending  ${initial}\n`),
  });
  expect(await run('up')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(`Applied ${initial}`),
  });
  expect(await run('up')).toMatchObject({ code: 0, stdout: 'Nothing to do.\n' });
  expect(await run('status')).toMatchObject({
    code: 0,
    stdout: expect.not.stringContaining('pending'),
  });
  expect((await run('down')).stdout).toMatch(/^Took back Migration/u);
  expect((await run('status')).stdout).toContain('pending');
});

test('migrate down on a new database has nothing to do', async () => {
  await using folder = await createFolder();

  expect(await runCli(folder.path, ['migrate', 'down'])).toEqual({
    code: 0,
    stdout: 'Nothing to do.\n',
    stderr: '',
  });
});

test('migrate create writes nothing while the entities and the database agree', async () => {
  await using folder = await createFolder();
  const before = await migrationsOf(ROOT);
  await runCli(folder.path, ['migrate', 'up']);

  expect(await runCli(folder.path, ['migrate', 'create', 'nothing'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('nothing to write'),
  });
  expect(await migrationsOf(ROOT)).toEqual(before);
});

test('migrate create writes nothing before what there is has been applied', async () => {
  await using copy = await copyProject();
  const before = await migrationsOf(copy.path);
  const { code, stderr } = await runCopy(copy.path, ['migrate', 'create', 'again']);

  expect(code).toBe(1);
  expect(stderr).toMatch(/^[^\n]*migrate up[^\n]*\n$/u);
  expect(await migrationsOf(copy.path)).toEqual(before);
});

test('migrate create writes what has changed, and migrate up applies it', async () => {
  await using copy = await copyProject();
  async function run(...args: string[]): Promise<string> {
    return (await runCopy(copy.path, ['migrate', ...args])).stdout;
  }
  await run('up');
  const database = new Database(join(copy.path, 'jotter.db'));
  database.exec('drop index note_visibility_id_index');
  database.close();
  const before = await migrationsOf(copy.path);

  expect(await run('create', 'public_notes_index')).toMatch(
    /^Wrote Migration\d{14}_public_notes_index\.ts\n$/u,
  );
  const after = await migrationsOf(copy.path);
  const written = after.find((file) => !before.includes(file)) ?? '';
  expect(written).toMatch(/^Migration\d{14}_public_notes_index\.ts$/u);
  expect(await run('up')).toBe(`Applied ${written.replace('.ts', '')}\n`);
  expect(await run('create', 'more')).toMatch(/nothing to write/u);
});

test('seed adds 300 notes to a new database, and nothing the second time', async () => {
  await using folder = await createFolder();
  const first = await runCli(folder.path, ['seed']);

  expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/300 notes/u) });
  expect(countNotes(folder.path)).toBe(300);

  expect(await runCli(folder.path, ['seed'])).toMatchObject({ code: 0, stderr: '' });
  expect(countNotes(folder.path)).toBe(300);
});

test('seed refuses production', async () => {
  await using folder = await createFolder();
  const { code, stdout, stderr } = await runCli(folder.path, ['seed'], {
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://notes.test',
    SESSION_SECRETS: 'Zk3vQ9xN7cT1mB5yR8wL2pH6dF4sJ0gA',
  });

  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^[^\n]*production[^\n]*\n$/u);
  expect(await readdir(folder.path)).toEqual([]);
});

test('schema writes what schema.graphql holds', async () => {
  await using folder = await createFolder();

  expect(await runCli(folder.path, ['schema'])).toMatchObject({ code: 0, stderr: '' });
  expect(await readFile(join(folder.path, 'schema.graphql'), 'utf8')).toBe(
    await readFile(join(ROOT, 'schema.graphql'), 'utf8'),
  );
});

test('an unknown command ends with status 2 and names the one that is meant', async () => {
  await using folder = await createFolder();
  const { code, stdout, stderr } = await runCli(folder.path, ['migrtae']);

  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/migrate/u);
});

test('a setting that makes no sense stops a command as it stops the server', async () => {
  await using folder = await createFolder();
  const { code, stderr } = await runCli(folder.path, ['migrate', 'up'], { LOG_LEVEL: 'loud' });

  expect(code).toBe(1);
  expect(stderr).toMatch(/^LOG_LEVEL must [^\n]*\n$/u);
});

async function runCli(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  return runNode([CLI, ...args], { directory, env: { DATABASE_URL: 'sqlite:jotter.db', ...env } });
}

/** The project in a folder of its own, for what is written into src. */
async function copyProject() {
  const folder = await createFolder();
  await cp(join(ROOT, 'src'), join(folder.path, 'src'), { recursive: true });
  await cp(join(ROOT, 'package.json'), join(folder.path, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'));

  return folder;
}

async function runCopy(directory: string, args: readonly string[]): Promise<ProgramResult> {
  return runNode([join(directory, 'src/cli/main.js'), ...args], {
    directory,
    env: { DATABASE_URL: 'sqlite:jotter.db' },
  });
}

async function migrationsOf(project: string): Promise<string[]> {
  return (await readdir(join(project, 'src/database/migrations/sqlite'))).toSorted();
}

function countNotes(directory: string): unknown {
  const database = new Database(join(directory, 'jotter.db'), { readonly: true });
  const count = database.prepare('select count(*) from note').pluck().get();
  database.close();

  return count;
}
