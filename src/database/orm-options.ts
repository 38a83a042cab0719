import type { MikroORM, Options } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { SqliteDriver, type AbstractSqlDriver } from '@mikro-orm/sqlite';

import { sqlitePath } from './database-url.ts';
import { ReusingPostgresDialect } from './postgres-dialect.ts';
import { ReusingSqliteDialect } from './sqlite-dialect.ts';

/** MikroORM on a database that speaks SQL. */
export type Orm = MikroORM<AbstractSqlDriver>;

/** Who is told of what goes on between Jotter and the database. */
export interface StorageListeners {
  /** Is told of every statement that is run. */
  readonly onStatement?: ((sql: string) => void) | undefined;
  /** Is told how each write ended, and each failed read: with a storage fault, or with null. */
  readonly onStorage?: ((fault: unknown) => void) | undefined;
}

export interface DatabaseOptions extends StorageListeners {
  /** `sqlite:` and the path of a file, `sqlite::memory:`, or `postgres://...`. */
  readonly databaseUrl: string;
  readonly entities: NonNullable<Options['entities']>;
  /** How many connections to PostgreSQL at the most; 10 if nothing is said. */
  readonly poolSize?: number;
  /** Whether a statement may take as long as it needs; false if nothing is said. */
  readonly isPatient?: boolean;
}

/** MikroORM's options. The driver follows from the URL. */
export function ormOptions({
  databaseUrl,
  entities,
  poolSize = 10,
  isPatient = false,
  ...listeners
}: DatabaseOptions): Partial<Options<AbstractSqlDriver>> {
  const path = sqlitePath(databaseUrl);
  const options = { entities, extensions: [Migrator] };

  return path === null
    ? {
        ...options,
        driver: PostgreSqlDriver,
        dbName: decodeURIComponent(new URL(databaseUrl).pathname.slice(1)),
        driverOptions: () =>
          new ReusingPostgresDialect({ databaseUrl, poolSize, isPatient, ...listeners }),
        migrations: { path: migrationsPath('postgresql'), snapshot: false, silent: true },
      }
    : {
        ...options,
        driver: SqliteDriver,
        dbName: path,
        driverOptions: () => new ReusingSqliteDialect(path, listeners),
        migrations: { path: migrationsPath('sqlite'), snapshot: false, silent: true },
      };
}

function migrationsPath(database: 'postgresql' | 'sqlite'): string {
  return `${import.meta.dirname}/migrations/${database}`;
}
