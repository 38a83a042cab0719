import Database from 'better-sqlite3';

import { StatementCache } from './statement-cache.ts';

/** How much of the file, in KiB, is kept in memory: what is not has to be asked of the system, page by page. */
const CACHE_SIZE = 32_000;

/**
 * A handle that only reads: it sees what is committed, and waits for nobody.
 *
 * To begin a read costs SQLite three calls of the system, which is twice as much as to find a row. So what is read
 * within one round of the event loop is read from one snapshot.
 */
export class SqliteReader {
  readonly #database: Database.Database;
  readonly #statements: StatementCache;

  /** @throws {SqliteError} */
  constructor(path: string, onStatement: ((sql: string) => void) | undefined) {
    this.#database = new Database(path, {
      readonly: true,
      timeout: 0,
      verbose: onStatement && ((sql) => onStatement(String(sql))),
    });
    this.#database.pragma('trusted_schema = off');
    this.#database.pragma(`cache_size = -${CACHE_SIZE}`);
    this.#statements = new StatementCache(this.#database);
  }

  /** @throws {SqliteError} */
  read(sql: string, parameters: readonly unknown[]): readonly unknown[] {
    if (!this.#database.inTransaction) {
      this.#statements.prepare('begin').run();
      setImmediate(() => this.endSnapshot());
    }

    return this.#statements.prepare(sql).all(parameters);
  }

  /**
   * What is read from now on is read from another snapshot. To be called before a commit: its checkpoint cannot empty the
   * journal while an older snapshot is read from, and who has written is to see it.
   */
  endSnapshot(): void {
    if (this.#database.inTransaction) {
      this.#statements.prepare('commit').run();
    }
  }

  close(): void {
    this.#database.close();
  }
}
