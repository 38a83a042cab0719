/**
 * Somebody at the command line of a machine of their own: a folder with a migrated database in `data`, where
 * commands and servers run as child processes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import type { SqlEntityManager } from '@mikro-orm/sqlite';
import { inject } from 'vitest';

import { createAccount } from '../../src/auth/accounts.ts';
import { createPasswords } from '../../src/auth/passwords.ts';
import { systemClock } from '../../src/clock.ts';
import { sqlitePath } from '../../src/database/database-url.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { entities } from '../../src/entities.ts';
import { PASSWORD } from './app.ts';
import { TestClient } from './client.ts';
import { createTestDatabase, isOnPostgres } from './database.ts';
import { CLI, MAIN } from './program.ts';

export interface CommandResult {
  /** The exit code. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** What standard input holds, which is no terminal; nothing, if nothing is said. */
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Operator extends AsyncDisposable {
  /** The working directory. */
  readonly folder: string;
  /** Where the database lies, if it is SQLite's. */
  readonly databaseFile: string;
  /** Runs `jotter` to its end. */
  jotter(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** Starts a server on a free port; it stops when the operator leaves. */
  startServer(): Promise<{ client(): TestClient }>;
  /** Makes a user, who has the PASSWORD of the kit, without a process. */
  createUser(username: string): Promise<void>;
  /** Opens the database for as long as something runs. */
  withRows<Result>(run: (em: SqlEntityManager) => Promise<Result>): Promise<Result>;
}

/** @param options.isMigrated whether there is a database; true if nothing is said */
export async function createOperator({ isMigrated = true } = {}): Promise<Operator> {
  const folder = await mkdtemp(join(tmpdir(), 'jotter-operator-'));
  const database = isOnPostgres() ? await createTestDatabase({ isMigrated }) : null;
  const databaseFile = join(folder, 'data/jotter.db');
  const databaseUrl = database?.url ?? `sqlite:${databaseFile}`;
  const servers: ChildProcess[] = [];
  await mkdir(join(folder, 'data'), { mode: 0o700 });
  if (isMigrated && !database) {
    await copyFile(sqlitePath(inject('template')) ?? '', databaseFile);
  }

  function start(program: string, args: readonly string[], env: CommandOptions['env'] = {}) {
    return spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        ...(database && { DATABASE_URL: databaseUrl }),
        ...env,
      },
    });
  }

  const operator: Operator = {
    folder,
    databaseFile,

    async jotter(args, { stdin = '', env } = {}) {
      const child = start(CLI, args, env);
      // A command that ends before it has read everything is none of our business.
      child.stdin.on('error', () => {});
      child.stdin.end(stdin);
      const [stdout, stderr] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        child.exitCode ?? once(child, 'close'),
      ]);

      return { code: child.exitCode, stdout, stderr };
    },

    async startServer() {
      const server = start(MAIN, [], { PORT: '0' });
      servers.push(server);
      const origin = await originIn(server);

      return { client: () => new TestClient(async (request) => fetch(request), origin) };
    },

    async createUser(username) {
      const passwords = createPasswords({ minLength: 8 });
      const account = { username, password: PASSWORD };
      await operator.withRows(async (em) =>
        createAccount({ em, passwords, clock: systemClock }, account),
      );
    },

    async withRows(run) {
      const orm = await openDatabase({ databaseUrl, entities });
      try {
        return await run(orm.em.fork());
      } finally {
        await orm.close();
      }
    },

    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map(stop));
      await database?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };

  return operator;
}

/** What the server says when it is ready. */
async function originIn(server: ChildProcess): Promise<string> {
  let output = '';
  for await (const chunk of server.stdout ?? []) {
    output += String(chunk);
    const [origin] = /http:\/\/[\d.]+:\d+/u.exec(output) ?? [];
    if (origin !== undefined) {
      server.stdout?.resume();
      return origin;
    }
  }
  throw new Error(`The server did not start: ${output}`);
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode === null) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
}
