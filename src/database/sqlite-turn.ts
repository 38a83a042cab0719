import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';

interface TurnOptions {
  readonly run: <Result>(turn: Turn, attempt: () => Promise<Result>) => Promise<Result>;
  readonly onEnd: () => void;
}

/** One user's turn on the one handle of a SQLite file that writes. */
export class Turn implements DatabaseConnection {
  isInTransaction = false;
  hasEnded = false;
  /** What SQLite has rolled its transaction back for. */
  #loss: { readonly reason: unknown } | null = null;
  readonly #connection: DatabaseConnection;
  readonly #options: TurnOptions;

  constructor(connection: DatabaseConnection, options: TurnOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return this.#options.run(this, async () => this.#connection.executeQuery<Row>(query));
  }

  async *streamQuery<Row>(
    query: CompiledQuery,
    chunkSize: number,
  ): AsyncIterableIterator<QueryResult<Row>> {
    await this.#options.run(this, async () => {});
    yield* this.#connection.streamQuery<Row>(query, chunkSize);
  }

  lose(reason: unknown): void {
    this.#loss = { reason };
  }

  /** What follows a transaction that is lost, or has ended, would be done outside of it, or in that of another. */
  throwIfOver(): void {
    if (this.#loss) {
      throw this.#loss.reason;
    }
    if (this.hasEnded) {
      throw new TypeError('The transaction has ended: nothing more can be done in it.');
    }
  }

  end(): void {
    this.hasEnded = true;
    this.#options.onEnd();
  }
}

/** @throws {TypeError} for a connection of another driver */
export function turnOf(connection: DatabaseConnection): Turn {
  if (connection instanceof Turn) {
    return connection;
  }

  throw new TypeError('Not a connection of this driver.');
}
