import { readdir } from 'node:fs/promises';
import { parse } from 'node:path';

import { DriverException } from '@mikro-orm/core';

import { OperatorError } from '../operator-error.ts';
import { DatabaseUnusableError } from './open-database.ts';
import { migrationsPath, type Orm } from './orm-options.ts';

/** The database was changed by a later version of Jotter. */
export class NewerDatabaseError extends OperatorError {
  override readonly name = 'NewerDatabaseError';

  constructor(migrations: readonly string[]) {
    super(
      `The database belongs to a newer Jotter: this one does not know ${migrations.join(', ')}. ` +
        'Start the newer one, or restore a backup from before the update with `jotter restore`.',
    );
  }
}

/**
 * Brings the schema of the database to what this version of Jotter works with.
 *
 * @throws {NewerDatabaseError} when it is ahead already
 * @throws {DatabaseUnusableError} when the file turns out to be damaged
 */
export async function migrateToLatest(orm: Orm): Promise<void> {
  try {
    await checkNotNewer(orm);
    await orm.migrator.up();
  } catch (error) {
    const code = error instanceof DriverException ? error.code : undefined;
    throw code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB'
      ? new DatabaseUnusableError(String(orm.config.get('dbName')), code, error)
      : error;
  }
}

/** @throws {NewerDatabaseError} */
export async function checkNotNewer({ migrator }: Orm): Promise<void> {
  const known = new Set((await readdir(migrationsPath)).map((file) => parse(file).name));
  const applied = (await migrator.getExecuted()).map(({ name }) => name);
  const unknown = applied.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new NewerDatabaseError(unknown);
  }
}
