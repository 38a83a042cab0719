import type { MikroORM, Options } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { SqliteDriver, type AbstractSqlDriver } from '@mikro-orm/sqlite';

import { OperatorError } from '../operator-error.ts';
import { ReusingSqliteDialect } from './sqlite-dialect.ts';

/** MikroORM on a database that speaks SQL. */
export type Orm = MikroORM<AbstractSqlDriver>;

export interface DatabaseOptions {
  /** `sqlite:` and the path of a file, or `sqlite::memory:`. */
  readonly databaseUrl: string;
  readonly entities: NonNullable<Options['entities']>;
  /** Is told of every statement that is run. */
  readonly onStatement?: (sql: string) => void;
  /** Is told how each write ended, and each failed read: with a storage fault, or with null. */
  readonly onStorage?: (fault: Error | null) => void;
}

/** MikroORM's options. The driver follows from the URL. */
export function ormOptions({
  databaseUrl,
  entities,
  onStatement,
  onStorage,
}: DatabaseOptions): Partial<Options<AbstractSqlDriver>> {
  const path = sqlitePath(databaseUrl);

  return {
    driver: SqliteDriver,
    dbName: path,
    driverOptions: () => new ReusingSqliteDialect(path, { onStatement, onStorage }),
    entities,
    extensions: [Migrator],
    migrations: { path: migrationsPath, snapshot: false, silent: true },
  };
}

export const migrationsPath = `${import.meta.dirname}/migrations/sqlite`;

/** Where the data is, for people: without the password that a URL may hold. */
export function describeDatabase(databaseUrl: string): string {
  return sqlitePath(databaseUrl);
}

/** @throws {OperatorError} for another kind of database, which has no driver yet */
export function sqlitePath(databaseUrl: string): string {
  const [, path] = /^sqlite:(.+)$/su.exec(databaseUrl) ?? [];
  if (path === undefined) {
    throw new OperatorError('PostgreSQL is not supported yet: set DATABASE_URL to sqlite:<path>.');
  }

  return path;
}

/** Null when the database is no file. */
export function databaseFile(databaseUrl: string): string | null {
  const path = sqlitePath(databaseUrl);

  return databaseUrl.startsWith('sqlite:') && path !== ':memory:' ? path : null;
}
