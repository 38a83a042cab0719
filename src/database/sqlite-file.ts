/**
 * The handles of a SQLite file: one that writes, and one that only reads.
 *
 * A file that was removed or replaced under a running server would take writes that nobody ever sees again.
 * So a write first looks whether the file is still the same one. If it is gone, writes fail, and what was
 * opened is still read. If another one lies in its place, that one is opened, provided that it has the same
 * tables. After damage the file is opened anew, because it may have been mended.
 */
import { statSync } from 'node:fs';

import Database from 'better-sqlite3';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

import { SqliteReader } from './sqlite-reader.ts';
import { StatementCache } from './statement-cache.ts';
import { isDamage, isLocked, isStorageFault } from './storage-fault.ts';

/** How long, in milliseconds, the opening waits for another process. */
const OPENING_PATIENCE = 2000;

export interface SqliteFileOptions {
  /** Is told of every statement that is run. */
  readonly onStatement?: ((sql: string) => void) | undefined;
  /** Is told how each write ended, and each failed read: with a storage fault, or with null. */
  readonly onStorage?: ((fault: Error | null) => void) | undefined;
}

type Statement = Database.Statement;

interface Handle {
  readonly database: Database.Database;
  readonly statements: StatementCache;
}

export class SqliteFile implements SqliteDatabase {
  readonly #path: string;
  readonly #options: SqliteFileOptions;
  /** Null while the file cannot be opened. */
  #writer: Handle | null;
  /** Null for what is in memory, too. */
  #reader: SqliteReader | null;
  /** Which file it is: its device and inode. */
  #identity: string | null;
  /** The statements that made its tables, as they were when all was well; null until they are needed. */
  #schema: string | null = null;
  #isDamaged = false;
  /** Whether the open transaction has written something. */
  #hasChanges = false;

  /** @throws {SqliteError} */
  constructor(path: string, options: SqliteFileOptions) {
    this.#path = path;
    this.#options = options;
    this.#writer = openSqlite(path, options);
    this.#reader = openReader(path, options);
    this.#identity = identityOf(path);
  }

  get isInTransaction(): boolean {
    return this.#writer?.database.inTransaction ?? false;
  }

  /** Reads rows that are committed. Null when it takes the turn of a writer to do so. */
  read(
    sql: string,
    parameters: readonly unknown[],
    isRemembered: boolean,
  ): readonly unknown[] | null {
    const reader = this.#isDamaged ? null : this.#reader;
    try {
      return reader && this.#observe(() => reader.read(sql, parameters, isRemembered));
    } catch (error) {
      if (isLocked(error)) {
        return null;
      }
      throw error;
    }
  }

  prepare(sql: string): SqliteStatement {
    return this.#observe(() => {
      const isInPlace = this.isInTransaction || this.#isInPlace(sql);
      const statement = this.#prepare(sql);
      if (!isInPlace && !statement.readonly) {
        throw fault('SQLITE_READONLY_DBMOVED', 'the database file is gone');
      }

      return {
        reader: statement.reader,
        all: (parameters) => this.#run(statement, () => statement.all(parameters)),
        run: (parameters) => this.#run(statement, () => statement.run(parameters)),
        iterate: (parameters) => statement.iterate(parameters),
      };
    });
  }

  /** For when the handle is not what it should be any more. */
  openAnew(): void {
    this.#isDamaged = true;
    this.#close();
  }

  close(): void {
    this.#close();
  }

  #run<Result>(statement: Statement, run: () => Result): Result {
    this.#observe(() => this.#reader?.endSnapshot());
    this.#hasChanges &&= this.isInTransaction && !statement.source.startsWith('rollback');
    const result = this.#observe(run);
    // SQLite does not count `begin immediate` among the statements that only read.
    this.#hasChanges ||= !statement.readonly && statement.source !== 'begin immediate';
    if (SCHEMA_CHANGE.test(statement.source)) {
      this.#schema = null;
    }
    if (this.#hasChanges && !this.isInTransaction) {
      this.#schema ??= schemaOf(statement.database);
      this.#options.onStorage?.(null);
    }

    return result;
  }

  #observe<Result>(attempt: () => Result): Result {
    try {
      return attempt();
    } catch (error) {
      this.#isDamaged ||= isDamage(error);
      if (isStorageFault(error)) {
        this.#options.onStorage?.(error);
      }
      throw error;
    }
  }

  /** Whether what was opened still lies where it was. Opens what lies there instead. */
  #isInPlace(sql: string): boolean {
    const isMended = this.#isDamaged || !this.#writer;
    // The many reads are spared the look.
    if (!isMended && SELECT.test(sql)) {
      return true;
    }
    const identity = identityOf(this.#path);
    if (identity === null && this.#path !== MEMORY) {
      return false;
    }
    if (isMended || identity !== this.#identity) {
      this.#replace(identity);
    }

    return true;
  }

  #replace(identity: string | null): void {
    if (identity !== this.#identity) {
      this.#settle();
    }
    this.#close();
    this.#checkSchema();
    this.#writer = openSqlite(this.#path, { ...this.#options, mustExist: true });
    this.#reader = openReader(this.#path, this.#options);
    this.#identity = identity;
    this.#isDamaged = false;
  }

  /** Empties the journal of a file that was moved: left as it is, it would be taken for that of the new one. */
  #settle(): void {
    if (!this.#writer) {
      return;
    }
    const { database } = this.#writer;
    this.#reader?.endSnapshot();
    this.#schema ??= schemaOf(database);
    if (database.pragma('wal_checkpoint(truncate)', { simple: true }) !== 0) {
      throw fault('SQLITE_BUSY', 'the journal of the replaced file is in use');
    }
  }

  /** Looks at the file without a trace on it, because it may be anybody's. */
  #checkSchema(): void {
    if (this.#path === MEMORY || this.#schema === null) {
      return;
    }
    const database = new Database(this.#path, { readonly: true, fileMustExist: true });
    try {
      if (schemaOf(database) !== this.#schema) {
        throw fault('SQLITE_NOTADB', 'the database file has other tables than it had');
      }
    } finally {
      database.close();
    }
  }

  #close(): void {
    this.#reader?.close();
    this.#writer?.database.close();
    this.#reader = null;
    this.#writer = null;
  }

  #prepare(sql: string): Statement {
    if (!this.#writer) {
      throw fault('SQLITE_CANTOPEN', 'the database file is gone');
    }

    return this.#writer.statements.prepare(sql);
  }
}

const MEMORY = ':memory:';

const SCHEMA_CHANGE = /^\s*(?:alter|create|drop)\b/iu;

const SELECT = /^\s*select\b/iu;

/** All of these settings but the journal mode belong to the connection. */
function openSqlite(
  path: string,
  { onStatement, mustExist = false }: SqliteFileOptions & { mustExist?: boolean },
): Handle {
  const database = new Database(path, {
    timeout: OPENING_PATIENCE,
    fileMustExist: mustExist && path !== MEMORY,
    verbose: onStatement && ((sql) => onStatement(String(sql))),
  });
  try {
    database.pragma('journal_mode = wal');
    database.pragma('synchronous = full');
    database.pragma('foreign_keys = on');
    database.pragma('trusted_schema = off');
    // From here on, the driver waits: SQLite would keep the whole process waiting.
    database.pragma('busy_timeout = 0');
  } catch (error) {
    database.close();
    throw error;
  }

  return { database, statements: new StatementCache(database) };
}

/** What is in memory has one handle alone. */
function openReader(path: string, { onStatement }: SqliteFileOptions): SqliteReader | null {
  return path === MEMORY ? null : new SqliteReader(path, onStatement);
}

/** Null when there is no file. */
function identityOf(path: string): string | null {
  const found = path === MEMORY ? undefined : statSync(path, { throwIfNoEntry: false });

  return found ? `${found.dev}:${found.ino}` : null;
}

function schemaOf(database: Database.Database): string {
  return JSON.stringify(
    database.prepare('select sql from sqlite_schema where sql is not null order by name').all(),
  );
}

function fault(code: string, message: string): Error {
  return new Database.SqliteError(message, code);
}
