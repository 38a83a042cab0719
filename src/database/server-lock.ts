import { writeFileSync } from 'node:fs';

import Database from 'better-sqlite3';

import { OperatorError } from '../operator-error.ts';

/** The database file belongs to another server. */
export class DatabaseInUseError extends OperatorError {
  override readonly name = 'DatabaseInUseError';
}

/**
 * Makes a SQLite file the property of one server: no second one migrates it or writes to it. The lock is
 * one of SQLite's own on a file beside it, so the operating system lifts it when the process dies.
 *
 * @returns lifts the lock
 * @throws {DatabaseInUseError}
 */
export function lockForServer(path: string): () => void {
  if (path === ':memory:') {
    return () => {};
  }
  const lockPath = `${path}-lock`;
  // Whoever may open it could keep the server from starting.
  writeFileSync(lockPath, '', { flag: 'a', mode: 0o600 });
  const lock = new Database(lockPath, { timeout: 0 });

  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY') {
      throw new DatabaseInUseError(
        `Another Jotter is using ${path}. Stop it first, or give this one a DATABASE_URL of its own.`,
      );
    }
    throw error;
  }

  return () => lock.close();
}
