import type Database from 'better-sqlite3';

/** How many prepared statements are kept for reuse. */
const PREPARED_STATEMENTS = 256;

/** Statements without parameters that come again: what each transaction begins and ends with, and the like. */
const RECURRING: ReadonlySet<string> = new Set([
  'begin',
  'begin immediate',
  'commit',
  'rollback',
  'savepoint joined',
  'release joined',
  'rollback to joined',
  'pragma data_version',
]);

/** The prepared statements of one handle. The least recently used one makes room. */
export class StatementCache {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  prepare(sql: string): Database.Statement {
    // MikroORM writes its values into the text: such a statement never comes again.
    if (!sql.includes('?') && !RECURRING.has(sql)) {
      return this.#database.prepare(sql);
    }

    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.delete(sql);
    this.#statements.set(sql, statement);
    this.#makeRoom();

    return statement;
  }

  #makeRoom(): void {
    const [oldest] = this.#statements.keys();

    if (oldest !== undefined && this.#statements.size > PREPARED_STATEMENTS) {
      this.#statements.delete(oldest);
    }
  }
}
