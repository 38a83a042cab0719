/**
 * Turns on the one handle of a SQLite file that writes.
 *
 * A commit waits for the disk, and costs more than all that a small transaction does before. So a transaction that
 * has ended lets those go first that have come meanwhile: they join it, each within a savepoint, and one commit
 * makes all of them durable. None is told that it is committed before; nor does anybody outside see it.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { CompiledQuery, SqliteDriver, type DatabaseConnection } from 'kysely';

import { SqliteFile, type SqliteFileOptions } from './sqlite-file.ts';
import { Turn, turnOf } from './sqlite-turn.ts';
import { isLocked } from './storage-fault.ts';

/** How long, in milliseconds, a write waits for another process, and how long between two tries. */
const LOCK_PATIENCE = 2000;
const LOCK_PAUSE = 20;

const BEGIN = CompiledQuery.raw('begin immediate');
const COMMIT = CompiledQuery.raw('commit');
const ROLLBACK = CompiledQuery.raw('rollback');
/** What a transaction that joins others begins and ends with. */
const SAVEPOINT = CompiledQuery.raw('savepoint joined');
const ROLLBACK_TO = CompiledQuery.raw('rollback to joined');
const RELEASE = CompiledQuery.raw('release joined');

export class TurnsDriver extends SqliteDriver {
  #file: SqliteFile | null = null;
  #lastTurn: Promise<void> = Promise.resolve();
  /** What those transactions wait for that have ended since the last commit; null when there are none. */
  #commit: PromiseWithResolvers<void> | null = null;
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

  read(...read: Parameters<SqliteFile['read']>): readonly unknown[] | null {
    return this.#file?.read(...read) ?? null;
  }

  override async acquireConnection(): Promise<Turn> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#lastTurn;
    this.#lastTurn = promise;
    await before;

    return new Turn(await super.acquireConnection(), {
      run: async (turn, attempt) => this.#run(turn, attempt),
      onEnd: resolve,
    });
  }

  override async releaseConnection(connection?: DatabaseConnection): Promise<void> {
    if (connection) {
      turnOf(connection).end();
    }
  }

  /** A deferred transaction can fail in its middle, when its first write finds the file locked. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const turn = turnOf(connection);
    turn.isInTransaction = true;
    try {
      await turn.executeQuery(this.#commit ? SAVEPOINT : BEGIN);
    } catch (error) {
      turn.end();
      throw error;
    }
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const turn = turnOf(connection);
    turn.throwIfOver();
    if (this.#commit) {
      await turn.executeQuery(RELEASE);
    }
    this.#commit ??= this.#planCommit();
    const { promise } = this.#commit;
    turn.end();
    await promise;
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const turn = turnOf(connection);
    // One whose commit has failed was rolled back with it.
    if (!turn.hasEnded) {
      await this.#rollBack(this.#commit ? [ROLLBACK_TO, RELEASE] : [ROLLBACK]);
    }
  }

  /** What has ended by now is made durable. */
  override async destroy(): Promise<void> {
    if (this.#file) {
      const turn = await this.acquireConnection();
      if (this.#commit) {
        await this.#commitNow();
      }
      turn.end();
    }
    await super.destroy();
  }

  /** Whoever waits for a turn by then has it before. */
  #planCommit(): PromiseWithResolvers<void> {
    const commit = Promise.withResolvers<void>();
    setImmediate(() => void this.#commitInTurn(commit));

    return commit;
  }

  async #commitInTurn(commit: PromiseWithResolvers<void>): Promise<void> {
    const turn = await this.acquireConnection();
    if (this.#commit === commit) {
      await this.#commitNow();
    }
    turn.end();
  }

  /** Does not fail: it tells those who wait for it. */
  async #commitNow(): Promise<void> {
    try {
      await this.#execute(COMMIT);
      this.#commit?.resolve();
      this.#commit = null;
    } catch (error) {
      await this.#rollBack([ROLLBACK]);
      this.#failCommit(error);
    }
  }

  #failCommit(reason: unknown): void {
    this.#commit?.reject(reason);
    this.#commit = null;
  }

  async #rollBack(statements: readonly CompiledQuery[]): Promise<void> {
    try {
      for (const statement of statements) {
        // SQLite itself rolls back after some faults.
        if (this.#file?.isInTransaction) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          await this.#execute(statement);
        }
      }
    } catch (error) {
      this.#file?.openAnew();
      this.#failCommit(error);
    }
  }

  async #execute(query: CompiledQuery): Promise<void> {
    const connection = await super.acquireConnection();
    await this.#patiently(async () => connection.executeQuery(query));
  }

  async #run<Result>(turn: Turn, attempt: () => Promise<Result>): Promise<Result> {
    turn.throwIfOver();
    // Outside of a transaction, what is seen is committed, and what is done is so at once.
    if (this.#commit && !turn.isInTransaction) {
      await this.#commitNow();
    }
    try {
      return await this.#patiently(attempt);
    } catch (error) {
      if (turn.isInTransaction && !this.#file?.isInTransaction) {
        turn.lose(error);
        this.#failCommit(error);
      }
      throw error;
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
