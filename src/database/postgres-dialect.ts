/**
 * PostgreSQL as Jotter needs it: statements reused, waits bounded, a connection that hangs given up.
 *
 * A server that does not answer must not keep requests waiting, nor connections taken, for as long as TCP
 * does. Both ends bound a statement: the server ends it first, and where the server is out of reach, the
 * client gives the connection up.
 */
import {
  PostgresDialect,
  PostgresDriver,
  type Driver,
  type PostgresCursor,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
  type TransactionSettings,
} from 'kysely';
import { DatabaseError, Pool, TypeOverrides, types, type PoolClient, type QueryResult } from 'pg';

import type { StorageListeners } from './orm-options.ts';
import { ConnectionFault, isSerializationFailure, isStorageFault } from './storage-fault.ts';

/** How long, in milliseconds, anybody waits for a connection. */
const CONNECTION_PATIENCE = 3_000;

/** How long, in milliseconds, one statement may take, and until the server counts as out of reach. */
const STATEMENT_PATIENCE = 5_000;
const ANSWER_PATIENCE = 6_000;

/** How long, in milliseconds, a transaction may wait for its next statement. */
const IDLE_IN_TRANSACTION = 30_000;

/** How often, in milliseconds, the server looks whether the client of a long statement is still there. */
const CLIENT_CHECK_INTERVAL = 5_000;

/** How often a statement is run that the server undoes for the sake of another one. */
const ATTEMPTS = 3;

/** How many statements each connection keeps prepared. */
const PREPARED_STATEMENTS = 256;

export interface PostgresOptions extends StorageListeners {
  readonly databaseUrl: string;
  /** How many connections at the most. */
  readonly poolSize: number;
  /** Whether a statement may take as long as it needs, as those of migrations may. */
  readonly isPatient: boolean;
}

export class ReusingPostgresDialect extends PostgresDialect {
  readonly #pool: PostgresPool;

  constructor(options: PostgresOptions) {
    const pool = new ReusingPool(options);
    super({ pool });
    this.#pool = pool;
  }

  override createDriver(): Driver {
    return new ReleasingPostgresDriver({ pool: this.#pool });
  }
}

type Connection = Parameters<PostgresDriver['releaseConnection']>[0];

/** Kysely's own keeps a connection for ever when a transaction cannot begin, or cannot be rolled back. */
class ReleasingPostgresDriver extends PostgresDriver {
  override async beginTransaction(
    connection: Connection,
    settings: TransactionSettings,
  ): Promise<void> {
    try {
      await super.beginTransaction(connection, settings);
    } catch (error) {
      await this.releaseConnection(connection);
      throw error;
    }
  }

  override async rollbackTransaction(connection: Connection): Promise<void> {
    try {
      await super.rollbackTransaction(connection);
    } catch (error) {
      // A connection that is lost takes its transaction with it.
      if (!isStorageFault(error)) {
        throw error;
      }
    }
  }
}

class ReusingPool implements PostgresPool {
  readonly #pool: Pool;
  readonly #names = new Map<string, string>();
  readonly #listeners: StorageListeners;
  #isEnding = false;

  constructor({ databaseUrl, poolSize, isPatient, ...listeners }: PostgresOptions) {
    this.#listeners = listeners;
    this.#pool = new Pool({
      connectionString: databaseUrl,
      max: poolSize,
      connectionTimeoutMillis: CONNECTION_PATIENCE,
      application_name: 'jotter',
      keepAlive: true,
      types: valueTypes,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
      options: `-c client_connection_check_interval=${CLIENT_CHECK_INTERVAL}`,
      ...(!isPatient && {
        statement_timeout: STATEMENT_PATIENCE,
        query_timeout: ANSWER_PATIENCE,
      }),
    });
    // A connection that is lost while nobody uses it: the next request gets another one.
    this.#pool.on('error', (error) => listeners.onStorage?.(new ConnectionFault(error)));
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  get options(): object {
    return this.#pool.options;
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      const client = await this.#pool.connect();
      if (this.#isEnding) {
        // Whoever waited for it was stopped, and would not give it back: the end would wait for it.
        client.release();
        throw new Error('The connections are about to be closed.');
      }

      return new ReusingClient(client, this.#names, this.#listeners);
    } catch (error) {
      const fault = faultOf(error);
      this.#listeners.onStorage?.(fault);
      throw fault;
    }
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#pool.end();
  }
}

/** A connection for one user's turn. */
class ReusingClient implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #names: Map<string, string>;
  readonly #listeners: StorageListeners;
  #isBroken = false;

  constructor(client: PoolClient, names: Map<string, string>, listeners: StorageListeners) {
    this.#client = client;
    this.#names = names;
    this.#listeners = listeners;
  }

  query<Row>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  query(text: unknown, values: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') {
      throw new TypeError('Rows are not read by a cursor: give the query a limit.');
    }

    return this.#run(text, values, ATTEMPTS);
  }

  release(): void {
    this.#client.release(this.#isBroken);
  }

  async #run(text: string, values: readonly unknown[], attempts: number): Promise<QueryResult> {
    this.#listeners.onStatement?.(text);
    // A transaction that fails runs again as a whole, and not from here.
    const isAlone = this.#client.getTransactionStatus() === 'I';
    try {
      const name = this.#nameOf(text, values);
      const result = await this.#client.query({ text, values: [...values], ...(name && { name }) });
      if (WRITES.has(result.command)) {
        this.#listeners.onStorage?.(null);
      }

      return result;
    } catch (error) {
      if (isAlone && attempts > 1 && isSerializationFailure(error)) {
        return this.#run(text, values, attempts - 1);
      }
      throw this.#observed(error);
    }
  }

  /** A statement without values does not come again: MikroORM writes its values into the text. */
  #nameOf(text: string, values: readonly unknown[]): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || values.length === 0 || this.#names.size === PREPARED_STATEMENTS) {
      return known;
    }
    const name = `jotter_${this.#names.size}`;
    this.#names.set(text, name);

    return name;
  }

  #observed(error: unknown): unknown {
    const fault = faultOf(error);
    this.#isBroken ||= fault instanceof ConnectionFault;
    if (isStorageFault(fault)) {
      this.#listeners.onStorage?.(fault);
    }

    return fault;
  }
}

const WRITES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'COMMIT']);

/** What is not an answer of the server is a fault of the connection. */
function faultOf(error: unknown): unknown {
  if (!(error instanceof DatabaseError) || error.routine === OUTDATED) {
    return new ConnectionFault(error);
  }
  // It holds the values of a row, which MikroORM would put into the message, and so into the log.
  error.detail = undefined;

  return error;
}

/** A later version of Jotter has changed a table: what this connection has prepared for it is of no use. */
const OUTDATED = 'RevalidateCachedQuery';

/** MikroORM reads times itself. */
const valueTypes = new TypeOverrides();
valueTypes.setTypeParser(types.builtins.TIMESTAMPTZ, (text) => text);
