import { createLocalChanges, type ClosableChanges } from './changes.ts';
import { sqlitePath } from './database-url.ts';
import { createPostgresChanges } from './postgres-changes.ts';

/** A SQLite file belongs to one process; PostgreSQL tells all of them. */
export function createChanges(databaseUrl: string): ClosableChanges {
  return sqlitePath(databaseUrl) === null
    ? createPostgresChanges(databaseUrl)
    : createLocalChanges();
}
