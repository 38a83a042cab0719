import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { MikroORM } from '@mikro-orm/core';

import { OperatorError } from '../operator-error.ts';
import { lockForMigration } from './advisory-lock.ts';
import { cureFor, faultCode } from './cures.ts';
import { databaseFile, describeDatabase, sqlitePath } from './database-url.ts';
import { migrateToLatest } from './migrate.ts';
import { ormOptions, type DatabaseOptions, type Orm } from './orm-options.ts';
import { createProbe } from './probe.ts';
import { lockForServer } from './server-lock.ts';
import { isStorageFault } from './storage-fault.ts';

/** A database that this process may use until it is closed. */
export interface OpenDatabase {
  readonly orm: Orm;
  /** Rejects when the database cannot be used at the moment. */
  readonly probe: () => Promise<void>;
  /** Closes the connections, and then lets another process have what this one had to itself. */
  readonly close: () => Promise<void>;
}

/** Connects, after making a SQLite file that is not there yet, and its folder. */
export async function openDatabase(options: DatabaseOptions): Promise<Orm> {
  makeFile(options.databaseUrl);

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
 * Opens the database for a server, with the schema of this version of Jotter. A SQLite file belongs to the
 * server from then on; PostgreSQL is shared with other processes, one of which migrates.
 *
 * @throws {DatabaseInUseError} when another process has the SQLite file
 * @throws {DatabaseUnusableError} when there is no database to be had
 * @throws {NewerDatabaseError}
 */
export async function serveDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const { databaseUrl } = options;
  const own = await ownDatabase(options);
  try {
    await migrateToLatest(own.orm);
  } catch (error) {
    await own.close();
    throw explained(error, databaseUrl);
  }
  if (sqlitePath(databaseUrl) !== null) {
    return own;
  }
  await own.close();

  return connect(options, async () => {});
}

/**
 * Takes the database for this process alone: a SQLite file from servers and commands, a PostgreSQL database
 * from whoever else would change its schema. Statements may take as long as they need.
 *
 * @throws {DatabaseInUseError} when another process has the SQLite file
 * @throws {DatabaseBusyError} when another process does not come to the end of its migrations
 * @throws {DatabaseUnusableError} when there is no database to be had
 */
export async function ownDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const { databaseUrl } = options;
  const path = sqlitePath(databaseUrl);

  try {
    makeFile(databaseUrl);
    const unlock = path === null ? await lockForMigration(databaseUrl) : lockForServer(path);

    return await connect({ ...options, isPatient: true }, async () => unlock());
  } catch (error) {
    throw explained(error, databaseUrl);
  }
}

/** @param unlock runs after the connections are closed, or when there is no connecting */
async function connect(
  options: DatabaseOptions,
  unlock: () => Promise<void>,
): Promise<OpenDatabase> {
  await using steps = new AsyncDisposableStack();
  steps.defer(unlock);
  let lastFault: unknown = null;
  const orm = await openDatabase({
    ...options,
    onStorage: (fault) => {
      lastFault = fault;
    },
  });
  steps.defer(async () => orm.close());
  // It connects with its first query.
  await orm.em.getConnection().execute('select 1');
  const opened = steps.move();

  return {
    orm,
    probe: createProbe(orm, () => lastFault),
    close: async () => opened.disposeAsync(),
  };
}

/** The database cannot be opened. */
export class DatabaseUnusableError extends OperatorError {
  override readonly name = 'DatabaseUnusableError';

  constructor(place: string, code: string, cause: unknown) {
    super(`${place} cannot be used as a database (${code}). ${cureFor(code)}`, { cause });
  }
}

/** Puts what the file system, the network or the database refuses into plain words. */
function explained(error: unknown, databaseUrl: string): unknown {
  const code = faultCode(error) ?? '';

  return isStorageFault(error) || REFUSALS.test(code)
    ? new DatabaseUnusableError(describeDatabase(databaseUrl), code, error)
    : error;
}

/** Those of the operating system, and PostgreSQL's of what a user may not do. */
const REFUSALS = /^(?:E[A-Z_]+|42501)$/u;

/** What SQLite would create for everybody to read, its owner alone may. */
function makeFile(databaseUrl: string): void {
  const file = databaseFile(databaseUrl);
  if (file !== null && !existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, '', { flag: 'a', mode: 0o600 });
  }
}
