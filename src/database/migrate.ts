import { readdir } from 'node:fs/promises';
import { parse } from 'node:path';

import { OperatorError } from '../operator-error.ts';
import type { Orm } from './orm-options.ts';

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
 */
export async function migrateToLatest(orm: Orm): Promise<void> {
  await checkNotNewer(orm);
  await orm.migrator.up();
}

/** @throws {NewerDatabaseError} */
export async function checkNotNewer({ migrator, config }: Orm): Promise<void> {
  const folder = config.get('migrations').path ?? '';
  const known = new Set((await readdir(folder)).map((file) => parse(file).name));
  const applied = (await migrator.getExecuted()).map(({ name }) => name);
  const unknown = applied.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new NewerDatabaseError(unknown);
  }
}
