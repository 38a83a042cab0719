import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import { MikroORM } from '@mikro-orm/core';

import { ormOptions, sqlitePath, type DatabaseOptions, type Orm } from './orm-options.ts';
import { lockForServer } from './server-lock.ts';

/** A database that this process has to itself. */
export interface OwnDatabase {
  readonly orm: Orm;
  /** Closes the connection, and then lets another process have the database. */
  readonly close: () => Promise<void>;
}

/** Connects, after making the folder of a SQLite file that is yet to be created. */
export async function openDatabase(options: DatabaseOptions): Promise<Orm> {
  makeFolder(sqlitePath(options.databaseUrl));

  return MikroORM.init(ormOptions(options));
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
