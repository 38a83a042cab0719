import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import { MikroORM } from '@mikro-orm/core';

import { OperatorError } from '../operator-error.ts';
import { databaseFile, ormOptions, sqlitePath, type DatabaseOptions } from './orm-options.ts';
import { lockForServer } from './server-lock.ts';

/** A database that this process has to itself. */
export interface OwnDatabase {
  readonly orm: MikroORM;
  /** Closes the connection, and then lets another process have the database. */
  readonly close: () => Promise<void>;
}

/** Connects, after making the folder of a SQLite file that is yet to be created. */
export async function openDatabase(options: DatabaseOptions): Promise<MikroORM> {
  makeFolder(sqlitePath(options.databaseUrl));

  return MikroORM.init(ormOptions(options));
}

/**
 * Connects to a database that is there already.
 *
 * @throws {NoDatabaseError} instead of making a new one
 */
export async function openExistingDatabase(options: DatabaseOptions): Promise<MikroORM> {
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
 */
export async function ownDatabase(options: DatabaseOptions): Promise<OwnDatabase> {
  const path = sqlitePath(options.databaseUrl);
  makeFolder(path);

  await using steps = new AsyncDisposableStack();
  steps.defer(lockForServer(path));
  const orm = await openDatabase(options);
  steps.defer(async () => orm.close());
  const taken = steps.move();

  return { orm, close: async () => taken.disposeAsync() };
}

function makeFolder(path: string): void {
  if (path !== ':memory:') {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  }
}
