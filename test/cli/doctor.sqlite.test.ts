import { randomBytes } from 'node:crypto';
import { chmod, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { SecurityEvent } from '../../src/auth/security-event.ts';
import { checkDatabase } from '../../src/cli/doctor/database.ts';
import { checkClock, checkNode } from '../../src/cli/doctor/machine.ts';
import { loadConfig } from '../../src/config.ts';
import { createOperator, type Operator } from '../support/operator.ts';

const secrets = [
  'Zk3vQ9xN7cT1mB5yR8wL2pH6dF4sJ0gA',
  'b8Xw2nR6tYq4Lz0vKm9sJc3hPd7fGa1E',
  'Uo5iEw1qTr8yNb3vCx6zMl9kHj2gFd4S',
];

/** The command's findings by what they are about; how fast the machine is differs. */
async function examine(operator: Operator, env: Record<string, string> = {}) {
  const { code, stdout } = await operator.jotter(['doctor', '--json'], { env });
  const findings: { level: string; about: string; message: string; advice: string }[] =
    JSON.parse(stdout);

  return { code, findings: findings.filter(({ about }) => about !== 'passwords') };
}

async function databaseFindings({ databaseFile }: Operator) {
  const env = { DATABASE_URL: `sqlite:${databaseFile}`, SESSION_SECRETS: secrets[0] };

  return checkDatabase(loadConfig(env), new Date());
}

describe.concurrent('doctor', { timeout: 120_000 }, () => {
  test('finds nothing to do on a fresh installation', async () => {
    await using operator = await createOperator();
    const { code, findings } = await examine(operator);

    expect(code).toBe(0);
    expect(findings.map(({ level, about }) => `${level} ${about}`)).toEqual([
      'ok node',
      'ok clock',
      'ok settings',
      'ok secrets',
      'ok files',
      'ok mail',
      'ok database',
      'ok migrations',
    ]);
  });

  test('works before the first start, and beside a running server', async () => {
    await using operator = await createOperator({ isMigrated: false });
    const before = await examine(operator);
    expect(before.code).toBe(0);
    expect(before.findings).toContainEqual(
      expect.objectContaining({ level: 'ok', message: expect.stringMatching(/^None yet/u) }),
    );
    expect(await readdir(operator.folder, { recursive: true })).toEqual(['data']);
    expect(before.findings.at(-1)).toMatchObject({ level: 'warn', about: 'database' });

    await operator.startServer();
    const beside = await examine(operator);
    expect(beside.code).toBe(0);
    expect(beside.findings.every(({ level }) => level === 'ok')).toBe(true);
  });

  test('tells each thing that is wrong with what to do, and ends with 1', async () => {
    await using operator = await createOperator({ isMigrated: false });
    await writeFile(operator.databaseFile, 'these are not the notes that you are looking for');
    const { code, stdout, stderr } = await operator.jotter(['doctor']);

    expect(code).toBe(1);
    expect(stdout).toMatch(/^ok {4}node {8}Node \d+\./u);
    expect(stdout).toContain(
      'fail  database    data/jotter.db cannot be used (SQLITE_NOTADB).\n' +
        '                  -> This is no database: check DATABASE_URL, or restore a backup with `jotter restore`.\n',
    );
    expect(stderr).toBe('1 check failed.\n');
  });

  test('[A3] tells every setting that is wrong, and none of their values', async () => {
    await using operator = await createOperator();
    const env = { NODE_ENV: 'production', SESSION_SECRETS: 'hunter2', PORT: 'http' };
    const { code, findings } = await examine(operator, env);

    expect(code).toBe(1);
    const failed = findings.filter(({ level }) => level === 'fail');
    expect(new Set(failed.map(({ message }) => message.split(' ', 1)[0]))).toEqual(
      new Set(['PORT', 'PUBLIC_URL', 'SESSION_SECRETS']),
    );
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });

  test('warns of what others on the machine can read, and fails for what they can change', async () => {
    await using operator = await createOperator();
    const { folder, databaseFile } = operator;
    await writeFile(join(folder, '.env'), '');
    await chmod(join(folder, '.env'), 0o644);
    await chmod(databaseFile, 0o666);
    const shielded = await examine(operator);
    expect(shielded.code).toBe(0);

    await chmod(folder, 0o755);
    await chmod(join(folder, 'data'), 0o755);
    const { code, findings } = await examine(operator);
    expect(code).toBe(1);
    expect(findings.filter(({ about }) => about === 'files')).toEqual([
      {
        level: 'warn',
        about: 'files',
        message: 'Others on this machine can read .env.',
        advice: 'chmod 600 .env',
      },
      {
        level: 'fail',
        about: 'files',
        message: 'Others on this machine can change data/jotter.db.',
        advice: 'chmod 600 data/jotter.db',
      },
    ]);
  });

  test('[A5] warns of secrets that are many or old, and of a development server that is open', async () => {
    await using operator = await createOperator();
    const env = { SESSION_SECRETS: secrets.join(','), HOST: '0.0.0.0' };
    const many = await examine(operator, env);
    expect(many.code).toBe(0);
    expect(many.findings.filter(({ level }) => level === 'warn')).toMatchObject([
      { about: 'settings', advice: expect.stringContaining('NODE_ENV=production') },
      { about: 'secrets', message: 'SESSION_SECRETS holds 3.' },
    ]);

    const file = join(operator.folder, 'data/session-secret');
    await writeFile(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
    await utimes(file, 0, new Date('2020-01-01'));
    const old = await examine(operator);
    expect(old.findings.filter(({ level }) => level === 'warn')).toMatchObject([
      { about: 'secrets', message: expect.stringMatching(/^One, generated \d{4} days ago/u) },
    ]);
  });
});

describe('the checks', () => {
  test('a database of another version is told from one of this version', async () => {
    await using operator = await createOperator();
    await operator.withRows(async (em) =>
      em.getConnection().execute("update mikro_orm_migrations set name = 'Migration29991231'"),
    );
    expect(await databaseFindings(operator)).toMatchObject([
      { level: 'ok' },
      { level: 'fail', about: 'migrations', message: expect.stringContaining('newer Jotter') },
    ]);

    await operator.withRows(async (em) =>
      em.getConnection().execute('delete from mikro_orm_migrations'),
    );
    expect(await databaseFindings(operator)).toMatchObject([
      { level: 'ok' },
      { level: 'warn', about: 'migrations', advice: expect.stringContaining('migrate up') },
    ]);
  });

  test('[A8] a clock that is behind the data is told', async () => {
    await using operator = await createOperator();
    await operator.withRows(async (em) => {
      em.create(SecurityEvent, { type: 'LOGIN_FAILED', createdAt: new Date('2999-12-31') });
      await em.flush();
    });

    expect((await databaseFindings(operator)).at(-1)).toMatchObject({
      level: 'fail',
      about: 'clock',
      message: 'It is behind the data, which is of 2999-12-31T00:00:00.000Z.',
    });
  });

  test('a clock that was never set, and a Node that is too old, are told', () => {
    expect(checkClock(new Date(0))).toMatchObject({ level: 'fail', about: 'clock' });
    expect(checkNode('20.1.0')).toMatchObject({ level: 'fail', about: 'node' });
    expect(checkNode('24.0.0')).toMatchObject({ level: 'ok', about: 'node' });
  });
});
