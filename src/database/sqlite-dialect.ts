import { setTimeout as sleep } from 'node:timers/promises';

import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  type QueryResult,
} from 'kysely';

import type { ReadsByItself } from './read-rows.ts';
import { SqliteFile, type SqliteFileOptions } from './sqlite-file.ts';
import { isLocked } from './storage-fault.ts';

/** How long, in milliseconds, a write waits for another process, and how long between two tries. */
const LOCK_PATIENCE = 2000;
const LOCK_PAUSE = 20;

/** SQLite as Jotter needs it: durable, one handle, write locks taken early, statements reused. */
export class ReusingSqliteDialect extends SqliteDialect {
  readonly #path: string;
  readonly #options: SqliteFileOptions;
  #driver: PatientSqliteDriver | null = null;

  constructor(path: string, options: SqliteFileOptions = {}) {
    super({ database: async () => new SqliteFile(path, options) });
    this.#path = path;
    this.#options = options;
  }

  override createDriver(): Driver {
    this.#driver = new PatientSqliteDriver(this.#path, this.#options);

    return this.#driver;
  }

  override createAdapter(): DialectAdapter {
    return new OwnTurnsAdapter((sql, parameters) => this.#driver?.read(sql, parameters) ?? null);
  }
}

/**
 * Kysely's own mutex stays taken for ever when a transaction cannot begin, or cannot be rolled back: one
 * fault of the storage, and no later request is answered. The driver below takes turns itself.
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

class PatientSqliteDriver extends SqliteDriver {
  #file: SqliteFile | null = null;
  #lastTurn: Promise<void> = Promise.resolve();
  /** Waiting was of no use the last time: until a write succeeds, none waits. */
  #isImpatient = false;

  constructor(path: string, { onStatement, onStorage }: SqliteFileOptions) {
    super({
      database: async () => {
        this.#file = new SqliteFile(path, {
          onStatement,
          onStorage: (fault) => {
            this.#isImpatient &&= fault !== null;
            onStorage?.(fault);
          },
        });

        return this.#file;
      },
    });
  }

  read(sql: string, parameters: readonly unknown[]): readonly unknown[] | null {
    return this.#file?.read(sql, parameters) ?? null;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const turn = Promise.withResolvers<void>();
    const before = this.#lastTurn;
    this.#lastTurn = turn.promise;
    await before;

    return new Turn(
      await super.acquireConnection(),
      async (attempt) => this.#patiently(attempt),
      turn.resolve,
    );
  }

  override async releaseConnection(connection?: DatabaseConnection): Promise<void> {
    if (connection instanceof Turn) {
      connection.end();
    }
  }

  /** A deferred transaction can fail in its middle, when its first write finds the file locked. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'));
    } catch (error) {
      await this.releaseConnection(connection);
      throw error;
    }
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite itself rolls back after some faults.
    if (!this.#file?.isInTransaction) {
      return;
    }
    try {
      await super.rollbackTransaction(connection);
    } catch {
      this.#file.openAnew();
    }
  }

  /** Waits for another process without keeping this one from other work. */
  async #patiently<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const end = performance.now() + (this.#isImpatient ? 0 : LOCK_PATIENCE);
    for (;;) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one try after the other
        return await attempt();
      } catch (error) {
        this.#isImpatient ||= isLocked(error) && performance.now() >= end;
        if (this.#isImpatient || !isLocked(error)) {
          throw error;
        }
      }
      // oxlint-disable-next-line no-await-in-loop
      await sleep(LOCK_PAUSE);
    }
  }
}

type Patience = <Result>(attempt: () => Promise<Result>) => Promise<Result>;

/** One user's turn on the one handle. */
class Turn implements DatabaseConnection {
  readonly #connection: DatabaseConnection;
  readonly #patiently: Patience;
  readonly end: () => void;

  constructor(connection: DatabaseConnection, patiently: Patience, end: () => void) {
    this.#connection = connection;
    this.#patiently = patiently;
    this.end = end;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return this.#patiently(async () => this.#connection.executeQuery<Row>(query));
  }

  streamQuery<Row>(
    query: CompiledQuery,
    chunkSize: number,
  ): AsyncIterableIterator<QueryResult<Row>> {
    return this.#connection.streamQuery(query, chunkSize);
  }
}
