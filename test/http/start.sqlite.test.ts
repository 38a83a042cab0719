import { once } from 'node:events';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import { register } from '../support/account.ts';
import { createFolder } from '../support/folder.ts';
import { CLI, MAIN, ROOT, runNode } from '../support/program.ts';
import { startServer } from '../support/server.ts';

const secret = 'Zk3vQ9xN7cT1mB5yR8wL2pH6dF4sJ0gA';
const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://notes.test',
  SESSION_SECRETS: secret,
};

test('the start says where to go and what to do first', async () => {
  await using server = await startServer();
  const [line, ...others] = server.logged;

  expect(line).toMatchObject({ event: 'server_started', origin: server.origin });
  expect(line?.['msg']).toContain(`${server.origin}/graphql`);
  expect(line?.['msg']).toContain('Register');
  expect(line?.['msg']).toContain('jotter.db');
  expect([...others, ...server.printed]).toEqual([]);
});

test('where GraphiQL is off, the start says where operations go', async () => {
  await using server = await startServer(production);

  expect((await server.untilLogged('server_started'))['msg']).toContain(
    `Operations go to ${server.origin}/graphql`,
  );
  expect(JSON.stringify(server.logged)).not.toContain(secret);
});

test('a first start makes the folder of the database, for its owner alone', async () => {
  await using folder = await createFolder();
  await using _server = await startServer(
    { DATABASE_URL: 'sqlite:some/where/notes.db' },
    { directory: folder.path },
  );

  expect((await stat(join(folder.path, 'some/where'))).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder.path, 'some/where/notes.db'))).isFile()).toBe(true);
});

describe('a start that fails ends with status 1 and one plain sentence', () => {
  test('for a port that is taken', async () => {
    await using taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? String(address?.port) : '';

    expect(await failedStart({ PORT: port })).toMatch(
      new RegExp(`^Port ${port} .*\\bPORT\\b.*\\.$`),
    );
  });

  test('for an address that this machine does not have', async () => {
    expect(await failedStart({ HOST: '192.0.2.1' })).toMatch(/HOST/);
  });

  test('for a setting that makes no sense', async () => {
    expect(await failedStart({ PORT: 'four thousand' })).toMatch(/^PORT must .*PORT=4000$/);
  });

  test('for a database folder that is a file', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'data'), '');
    const env = { DATABASE_URL: 'sqlite:data/jotter.db' };

    expect(await failedStart(env, folder.path)).toMatch(/SESSION_SECRETS/);
    expect(await failedStart({ ...env, SESSION_SECRETS: secret }, folder.path)).toMatch(
      /data.*DATABASE_URL/,
    );
  });

  test('for a database that is a folder', async () => {
    await using folder = await createFolder();
    const env = { DATABASE_URL: `sqlite:${folder.path}`, SESSION_SECRETS: secret };

    expect(await failedStart(env)).toMatch(/DATABASE_URL/);
  });

  test('for a file that is no database', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'jotter.db'), 'Dear diary, '.repeat(1000));

    expect(await failedStart({ DATABASE_URL: 'sqlite:jotter.db' }, folder.path)).toMatch(
      /jotter\.db.*DATABASE_URL/,
    );
    expect(await readFile(join(folder.path, 'jotter.db'), 'utf8')).toMatch(/^Dear diary/);
  });
});

describe('[D5] a start on a database that cannot be used ends with one plain sentence', () => {
  test('that is damaged inside', async () => {
    await using folder = await createFolder();
    await using first = await startServer({}, { directory: folder.path });
    await first.stop();
    const file = join(folder.path, 'jotter.db');
    const sound = await readFile(file);
    await writeFile(file, Buffer.from(sound).fill(0x5a, 4096));

    expect(await failedStart({}, folder.path)).toMatch(/jotter\.db.*damaged.*jotter restore/);
  });

  test('that belongs to a newer Jotter, which it leaves as it is', async () => {
    await using folder = await createFolder();
    await using first = await startServer({}, { directory: folder.path });
    await first.stop();
    const database = new Database(join(folder.path, 'jotter.db'));
    database.exec(
      `insert into mikro_orm_migrations (name) values ('Migration29990101000000_more')`,
    );
    database.close();

    expect(await failedStart({}, folder.path)).toMatch(
      /newer Jotter.*Migration29990101000000_more.*jotter restore/,
    );
  });
});

test('[A3] production does not start without SESSION_SECRETS, and names it', async () => {
  expect(await failedStart({ ...production, SESSION_SECRETS: '' })).toMatch(/^SESSION_SECRETS /);
});

test('[A3] production does not start with a short secret, and does not repeat it', async () => {
  const message = await failedStart({ ...production, SESSION_SECRETS: 'tooShort-q8Zp' });

  expect(message).toMatch(/^SESSION_SECRETS /);
  expect(message).not.toContain('tooShort');
});

test('[A3] without a secret, one is kept for its owner alone, and a restart keeps people logged in', async () => {
  await using folder = await createFolder();
  const directory = folder.path;
  await using first = await startServer({}, { directory });
  const ada = first.client();
  await register(ada);
  await first.stop();

  await using second = await startServer({}, { directory });
  const returning = second.client();
  await returning.setCookie((await ada.cookie()) ?? '');

  expect((await returning.query('{ viewer { username } }')).data).toEqual({
    viewer: { username: 'ada' },
  });
  expect((await stat(join(directory, 'session-secret'))).mode & 0o777).toBe(0o600);
});

test('[A3] a kept secret that others can read is closed to them at the start', async () => {
  await using folder = await createFolder();
  const directory = folder.path;
  const file = join(directory, 'session-secret');
  await writeFile(file, `${'x1Y2z3-_'.repeat(5)}abc\n`);
  await chmod(file, 0o644);
  await using _server = await startServer({}, { directory });

  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('npm start reads .env, and the environment counts more', async () => {
  await using folder = await createFolder();
  await writeFile(join(folder.path, '.env'), 'GRAPHIQL=false\nPORT=1\n');
  await using server = await startServer(
    { PORT: '0' },
    { directory: folder.path, args: await startArguments() },
  );

  expect((await server.untilLogged('server_started'))['msg']).toContain('Operations go to');
  expect(server.origin).not.toMatch(/:1$/);
});

test('npm start needs no .env', async () => {
  await using server = await startServer({}, { args: await startArguments() });

  expect((await server.client().query('{ viewer { username } }')).data).toEqual({ viewer: null });
});

describe('what Node compiles is kept for the next start', () => {
  test('beside the packages, of the server and of the command line', async () => {
    const ours = join(ROOT, 'node_modules/.cache/node');

    expect(await compileCacheOf([MAIN])).toContain(`resolved path ${ours} `);
    expect(await compileCacheOf([CLI, '--help'])).toContain(`resolved path ${ours} `);
  });

  test('where NODE_COMPILE_CACHE says', async () => {
    await using folder = await createFolder();
    const printed = await compileCacheOf([CLI, '--help'], { NODE_COMPILE_CACHE: folder.path });

    expect(printed).toContain(`resolved path ${folder.path} `);
    expect(printed).not.toContain('node_modules/.cache/node');
    expect(await readdir(folder.path)).toHaveLength(1);
  });
});

/** @returns what Node tells about it, of a program that ends at once */
async function compileCacheOf(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  await using folder = await createFolder();
  const { stdout, stderr } = await runNode(args, {
    directory: folder.path,
    env: { PORT: 'none', NODE_DEBUG_NATIVE: 'COMPILE_CACHE', ...env },
  });

  return stdout + stderr;
}

/** @returns what was printed */
async function failedStart(env: Record<string, string>, directory?: string): Promise<string> {
  await using folder = await createFolder();
  const { code, stdout, stderr } = await runNode([MAIN], {
    directory: directory ?? folder.path,
    env: { PORT: '0', DATABASE_URL: 'sqlite:jotter.db', ...env },
  });
  const [sentence = '', ...others] = stderr.trimEnd().split('\n');

  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(others).toEqual([]);
  expect(sentence).not.toMatch(/^\w*Error\b|node_modules/);

  return sentence;
}

/** The arguments of Node in the command of `npm start`, for any working directory. */
async function startArguments(): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const [program, ...args] = String(scripts.start).split(' ');
  expect(program).toBe('node');

  return args.map((argument) => (argument === 'src/main.js' ? MAIN : argument));
}
