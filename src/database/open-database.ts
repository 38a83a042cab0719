import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { MikroORM } from '@mikro-orm/core';

import { OperatorError } from '../operator-error.ts';
import {
  databaseFile,
  ormOptions,
  sqlitePath,
  type DatabaseOptions,
  type Orm,
} from './orm-options.ts';
import { createProbe } from './probe.ts';
import { lockForServer } from './server-lock.ts';

/** A database that this process has to itself. */
export interface OwnDatabase {
  readonly orm: Orm;
  /** Rejects when the database cannot be used at the moment. */
  readonly probe: () => Promise<void>;
  /** Closes the connection, and then lets another process have the database. */
  readonly close: () => Promise<void>;
}

/** Connects, after making a SQLite file that is not there yet, and its folder. */
export async function openDatabase(options: DatabaseOptions): Promise<Orm> {
  makeFile(sqlitePath(options.databaseUrl));

  return MikroORM.init(ormOptions(options));
}

/**
 * Connects to a database that is there already.
 *
 * @throws {NoDatabaseError} instead of making a new one
 */
export async function openExistingDatabase(options: DatabaseOptions): Promise<Orm> {
  const { databaseUrl } = options;
  const file = databaseFile(databaseUrl);
  if (databaseUrl === 'sqlite::memory:') {
    throw new NoDatabaseError(
      'The database is in the memory of its server: nothing else reaches it.',
    );
  }
  if (file !== null && !existsSync(file)) {
    throw new NoDatabaseError(
      `There is no database at ${file} yet. Start the server, or run: npx jotter migrate up`,
    );
  }

  return openDatabase(options);
}

/** There is no database that was used before. */
export class NoDatabaseError extends OperatorError {
  override readonly name = 'NoDatabaseError';
}

/**
 * Takes the database for this process alone, and connects.
 *
 * @throws {DatabaseInUseError} when another process has it
 * @throws {DatabaseUnusableError} when there is no database to be had
 */
export async function ownDatabase(options: DatabaseOptions): Promise<OwnDatabase> {
  const path = sqlitePath(options.databaseUrl);
  let lastFault: Error | null = null;

  try {
    makeFile(path);
    await using steps = new AsyncDisposableStack();
    steps.defer(lockForServer(path));
    const orm = await openDatabase({
      ...options,
      onStorage: (fault) => {
        lastFault = fault;
      },
    });
    steps.defer(async () => orm.close());
    // It connects with its first query.
    await orm.em.getConnection().execute('select 1');
    const taken = steps.move();

    return {
      orm,
      probe: createProbe(orm, () => lastFault),
      close: async () => taken.disposeAsync(),
    };
  } catch (error) {
    throw explained(error, path);
  }
}

/** The database cannot be opened. */
export class DatabaseUnusableError extends OperatorError {
  override readonly name = 'DatabaseUnusableError';

  constructor(path: string, code: string, cause: unknown) {
    super(`${path} cannot be used as a database (${code}). ${cureFor(code)}`, { cause });
  }
}

function cureFor(code: string): string {
  return code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB'
    ? 'It is damaged, or something else: restore a backup with `jotter restore`, or check DATABASE_URL.'
    : 'Check DATABASE_URL, and that the file and its folder can be written to.';
}

/** Puts what the file system or SQLite refuses into plain words. */
function explained(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';

  return /^E[A-Z]+$|^SQLITE_/u.test(code) ? new DatabaseUnusableError(path, code, error) : error;
}

/** What SQLite would create for everybody to read, its owner alone may. */
function makeFile(path: string): void {
  if (path !== ':memory:' && !existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, '', { flag: 'a', mode: 0o600 });
  }
}
