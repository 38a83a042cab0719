import Database from 'better-sqlite3';
import {
  CompiledQuery,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  type SqliteDialectConfig,
  type SqliteStatement,
} from 'kysely';

/** How many prepared statements are kept for reuse. */
const PREPARED_STATEMENTS = 256;

/** How long, in milliseconds, a statement waits for another process before it fails as locked. */
const BUSY_TIMEOUT = 2000;

/** SQLite as Jotter needs it: durable, one handle, write locks taken early, statements reused. */
export class ReusingSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  /** @param onStatement is told of every statement that is run */
  constructor(path: string, onStatement?: (sql: string) => void) {
    const config = { database: async () => new ReusingDatabase(openSqlite(path, onStatement)) };
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#config);
  }
}

/** Opens a database file. All of these settings but the journal mode belong to the connection. */
function openSqlite(path: string, onStatement?: (sql: string) => void): Database.Database {
  const database = new Database(path, {
    timeout: BUSY_TIMEOUT,
    verbose: onStatement && ((sql) => onStatement(String(sql))),
  });
  database.pragma('journal_mode = wal');
  database.pragma('synchronous = full');
  database.pragma('foreign_keys = on');
  database.pragma('trusted_schema = off');

  return database;
}

/** A deferred transaction can fail in its middle, when its first write finds the file locked. */
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** Prepares a statement with parameters once; the least recently used one makes room. */
class ReusingDatabase implements SqliteDatabase {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  prepare(sql: string): SqliteStatement {
    // MikroORM writes its values into the text: such a statement never comes again.
    if (!sql.includes('?')) {
      return this.#database.prepare(sql);
    }

    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.delete(sql);
    this.#statements.set(sql, statement);
    this.#makeRoom();

    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #makeRoom(): void {
    const [oldest] = this.#statements.keys();

    if (oldest !== undefined && this.#statements.size > PREPARED_STATEMENTS) {
      this.#statements.delete(oldest);
    }
  }
}
