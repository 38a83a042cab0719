import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { User } from '../../src/users/user.ts';
import { createOperator } from '../support/operator.ts';

describe.concurrent('commands on users', { timeout: 120_000 }, () => {
  test('make no database where there is none', async () => {
    await using operator = await createOperator({ isMigrated: false });

    expect(await operator.jotter(['user', 'list'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'There is no database at data/jotter.db yet. Start the server, or run: npx jotter migrate up\n',
    });
    expect(existsSync(operator.databaseFile)).toBe(false);
  });

  test('tell of a user who is not there in a sentence', async () => {
    await using operator = await createOperator();

    expect(await operator.jotter(['user', 'reset-password', 'nobody'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no user nobody.\n',
    });
  });

  test('a database of an older version is told with the cure', async () => {
    await using operator = await createOperator();
    await operator.jotter(['migrate', 'down']);

    expect(await operator.jotter(['user', 'list'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'The database is older than this Jotter. Restart the server, or run: npx jotter migrate up\n',
    });
  });

  test('a database of a newer version is left alone', async () => {
    await using operator = await createOperator();
    await operator.withRows(async (em) =>
      em.getConnection().execute("update mikro_orm_migrations set name = 'Migration29991231'"),
    );

    expect(await operator.jotter(['user', 'list'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^The database belongs to a newer Jotter: [^\n]*\n$/u),
    });
  });

  test('[E6] a file that is no database is told without a stack', async () => {
    await using operator = await createOperator({ isMigrated: false });
    await writeFile(operator.databaseFile, 'these are not the notes that you are looking for');

    expect(await operator.jotter(['user', 'list'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'The database cannot be used (SQLITE_NOTADB). To see what is wrong, run: npx jotter doctor\n',
    });
  });

  test('a database in memory belongs to its server alone', async () => {
    await using operator = await createOperator({ isMigrated: false });
    const env = { DATABASE_URL: 'sqlite::memory:' };

    expect(await operator.jotter(['user', 'list'], { env })).toMatchObject({
      code: 1,
      stderr: 'The database is in the memory of its server: nothing else reaches it.\n',
    });
  });
});

describe.concurrent('migrate', { timeout: 120_000 }, () => {
  test('up, status and down agree', async () => {
    await using operator = await createOperator({ isMigrated: false });
    const up = await operator.jotter(['migrate', 'up']);
    expect(up).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Applied Migration\d+_/u) });

    const table = await operator.jotter(['migrate', 'status']);
    expect(table.stdout).toMatch(/^STATE {4}MIGRATION\napplied {2}Migration\d+_/u);

    const down = await operator.jotter(['migrate', 'down']);
    const json = await operator.jotter(['migrate', 'status', '--json']);
    const last = JSON.parse(json.stdout).at(-1);
    expect(last).toEqual({ name: expect.stringMatching(/^Migration\d+_/u), state: 'pending' });
    expect(down.stdout).toBe(`Took back ${last.name}\n`);
  });
});

describe.concurrent('seed', { timeout: 120_000 }, () => {
  test('adds demonstration users once', async () => {
    await using operator = await createOperator({ isMigrated: false });
    expect((await operator.jotter(['seed'])).stdout).toMatch(/^Added 300 notes by ada\.demo, /u);
    expect((await operator.jotter(['seed'])).stdout).toMatch(/there already/u);
    expect(await operator.withRows(async (em) => em.count(User))).toBe(3);
  });

  test('adds nothing in production', async () => {
    await using operator = await createOperator({ isMigrated: false });
    const env = {
      NODE_ENV: 'production',
      SESSION_SECRETS: 'Zk3vQ9xN7cT1mB5yR8wL2pH6dF4sJ0gA',
      PUBLIC_URL: 'https://notes.example.com',
    };

    expect(await operator.jotter(['seed'], { env })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Demonstration data has no place in production: nothing was added.\n',
    });
  });
});
