/**
 * Databases for tests. A run has two projects: the same tests stand on SQLite in one and on PostgreSQL in the
 * other. What concerns one of them alone is in files that end in `.sqlite.test.ts` or `.postgresql.test.ts`.
 */
import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { Client } from 'pg';
import { inject } from 'vitest';

import { databaseFile } from '../../src/database/database-url.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import type { Orm } from '../../src/database/orm-options.ts';
import { entities } from '../../src/entities.ts';
import { createFolder } from './folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of a migrated database, to be copied. Nobody is connected to it. */
    template: string;
  }
}

/** A database of one's own. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** All that is stored, as text. */
  content(): Promise<string>;
}

/** @param options.isMigrated whether it has Jotter's tables; true if nothing is said */
export async function createTestDatabase({ isMigrated = true } = {}): Promise<TestDatabase> {
  return isOnPostgres() ? createOnPostgres(randomName(), isMigrated) : createFile(isMigrated);
}

/** Whether the tests of this project stand on PostgreSQL. */
export function isOnPostgres(): boolean {
  return databaseFile(inject('template')) === null;
}

/** The database of programs that have this working directory: a file in it, or one of a name like it. */
export async function databaseUrlIn(directory: string): Promise<string> {
  if (!isOnPostgres()) {
    return 'sqlite:jotter.db';
  }
  const name = `d${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  await onServer(async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) {
      await client.query(`create database ${name}`);
    }
  });

  return urlOf(name);
}

/** Makes Jotter's tables. */
export async function migratedAt(databaseUrl: string): Promise<void> {
  const orm = await openDatabase({ databaseUrl, entities });
  await orm.migrator.up();
  await orm.close();
}

export interface OpenTestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly orm: Orm;
  /** Closes it, and opens the same database again. */
  reopen(): Promise<Orm>;
}

/** An open database without a table in it. */
export async function createDatabase(): Promise<OpenTestDatabase> {
  const database = await createTestDatabase({ isMigrated: false });
  const databaseUrl = database.url;
  let orm = await openDatabase({ databaseUrl, entities });

  return {
    url: databaseUrl,
    get orm() {
      return orm;
    },
    reopen: async () => {
      await orm.close();
      orm = await openDatabase({ databaseUrl, entities });

      return orm;
    },
    [Symbol.asyncDispose]: async () => {
      await orm.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function createFile(isMigrated: boolean): Promise<TestDatabase> {
  const folder = await createFolder();
  const path = join(folder.path, 'test.db');
  if (isMigrated) {
    await mkdir(dirname(path), { recursive: true });
    await copyFile(databaseFile(inject('template')) ?? '', path);
  }

  return {
    url: `sqlite:${path}`,
    content: async () => readFile(path, 'latin1'),
    [Symbol.asyncDispose]: async () => folder[Symbol.asyncDispose](),
  };
}

async function createOnPostgres(name: string, isMigrated: boolean): Promise<TestDatabase> {
  const template = isMigrated ? 'template_jotter' : 'template1';
  await onServer(async (client) =>
    client.query(`create database ${name} template ${template} strategy file_copy`),
  );
  const url = urlOf(name);

  return {
    url,
    content: async () => contentOf(url),
    [Symbol.asyncDispose]: async () =>
      onServer(async (client) => {
        await client.query(`drop database ${name} with (force)`);
      }),
  };
}

/** Every row of every table. */
async function contentOf(url: string): Promise<string> {
  return connected(url, async (client) => {
    const tables = await client.query(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
    );
    const rows: string[] = [];
    for (const { name } of tables.rows) {
      const found = await client.query(`select row::text from ${name} as row`);
      rows.push(...found.rows.map(({ row }) => row));
    }

    return rows.join('\n');
  });
}

/**
 * Runs statements in a PostgreSQL database, on a connection of their own.
 *
 * @returns the rows of the last one
 */
export async function runIn(
  databaseUrl: string,
  statements: string,
): Promise<Record<string, unknown>[]> {
  return connected(databaseUrl, async (client) => {
    const results = [await client.query(statements)].flat();

    return results.at(-1)?.rows ?? [];
  });
}

async function onServer<Result>(run: (client: Client) => Promise<Result>): Promise<Result> {
  return connected(urlOf('postgres'), run);
}

async function connected<Result>(
  connectionString: string,
  run: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

function urlOf(name: string): string {
  const url = new URL(inject('template'));
  url.pathname = `/${name}`;

  return url.href;
}

function randomName(): string {
  return `t${randomUUID().replaceAll('-', '')}`;
}
