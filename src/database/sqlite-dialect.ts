import { SqliteAdapter, SqliteDialect, type DialectAdapter, type Driver } from 'kysely';

import type { ReadsByItself } from './read-rows.ts';
import { TurnsDriver } from './sqlite-driver.ts';
import { SqliteFile, type SqliteFileOptions } from './sqlite-file.ts';

/** SQLite as Jotter needs it: durable, one handle, write locks taken early, statements reused. */
export class ReusingSqliteDialect extends SqliteDialect {
  readonly #path: string;
  readonly #options: SqliteFileOptions;
  #driver: TurnsDriver | null = null;

  constructor(path: string, options: SqliteFileOptions = {}) {
    super({ database: async () => new SqliteFile(path, options) });
    this.#path = path;
    this.#options = options;
  }

  override createDriver(): Driver {
    this.#driver = new TurnsDriver(this.#path, this.#options);

    return this.#driver;
  }

  override createAdapter(): DialectAdapter {
    return new OwnTurnsAdapter((...read) => this.#driver?.read(...read) ?? null);
  }
}

/**
 * Kysely's own mutex stays taken for ever when a transaction cannot begin, or cannot be rolled back: one
 * fault of the storage, and no later request is answered. The driver takes turns itself.
 */
class OwnTurnsAdapter extends SqliteAdapter implements ReadsByItself {
  readonly read: ReadsByItself['read'];

  constructor(read: ReadsByItself['read']) {
    super();
    this.read = read;
  }

  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
