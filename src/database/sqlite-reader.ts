import Database from 'better-sqlite3';

import { StatementCache } from './statement-cache.ts';

/** How much of the file, in KiB, is kept in memory: what is not has to be asked of the system, page by page. */
const CACHE_SIZE = 32_000;

/** For how many parameters the rows of a statement are remembered, before all are forgotten. */
const REMEMBERED = 2000;

/**
 * A handle that only reads: it sees what is committed, and waits for nobody.
 *
 * To begin a read costs SQLite three calls of the system, which is twice as much as to find a row. So what is read
 * within one round of the event loop is read from one snapshot. And what nearly every request reads is remembered until
 * the file is written to, by whomever: SQLite tells whether it was, as surely as it would tell the row.
 */
export class SqliteReader {
  readonly #database: Database.Database;
  readonly #statements: StatementCache;
  /** By statement and its parameter. */
  readonly #remembered = new Map<string, Map<unknown, readonly unknown[]>>();
  /** Which state of the file is remembered. */
  #version: unknown = null;
  /** Whether that is the state of the snapshot. */
  #isVersionKnown = false;

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

  /**
   * @param isRemembered whether the rows may come from memory, if nothing was written since; they are not to be changed, and
   *   there is one parameter
   * @throws {SqliteError}
   */
  read(sql: string, parameters: readonly unknown[], isRemembered: boolean): readonly unknown[] {
    if (!this.#database.inTransaction) {
      this.#statements.prepare('begin').run();
      this.#isVersionKnown = false;
      setImmediate(() => this.endSnapshot());
    }

    return isRemembered
      ? this.#remember(sql, parameters)
      : this.#statements.prepare(sql).all(parameters);
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

  #remember(sql: string, [parameter]: readonly unknown[]): readonly unknown[] {
    this.#forgetWhatMayHaveChanged();
    let known = this.#remembered.get(sql);
    const remembered = known?.get(parameter);
    if (remembered) {
      return remembered;
    }
    const rows = this.#statements.prepare(sql).all(parameter);
    if (!known || known.size >= REMEMBERED) {
      known = new Map();
      this.#remembered.set(sql, known);
    }
    known.set(parameter, rows);

    return rows;
  }

  #forgetWhatMayHaveChanged(): void {
    if (this.#isVersionKnown) {
      return;
    }
    const version = this.#statements.prepare('pragma data_version').pluck().get();
    if (version !== this.#version) {
      this.#remembered.clear();
      this.#version = version;
    }
    this.#isVersionKnown = true;
  }
}
