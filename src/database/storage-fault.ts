import {
  ConnectionException,
  DriverException,
  LockWaitTimeoutException,
  ReadOnlyException,
} from '@mikro-orm/core';

const SQLITE_FAULTS =
  /^SQLITE_(?:BUSY|CANTOPEN|CORRUPT|FULL|IOERR|LOCKED|NOTADB|PERM|PROTOCOL|READONLY)/u;

/** Whether the storage failed, rather than the program: the same request may succeed later. */
export function isStorageFault(error: unknown): error is Error {
  return (
    error instanceof StorageError ||
    error instanceof ConnectionException ||
    error instanceof LockWaitTimeoutException ||
    error instanceof ReadOnlyException ||
    SQLITE_FAULTS.test(codeOf(error))
  );
}

/** Whether another process has a SQLite file locked. */
export function isLocked(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY');
}

/** Whether a SQLite file, or the way to it, is broken: it is worth opening it anew. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(?:CANTOPEN|CORRUPT|IOERR|NOTADB)/u.test(codeOf(error));
}

/** The code that SQLite gives, whether or not the error passed through MikroORM. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The storage did not answer a question that has no answer without it. The cause tells what it said. */
class StorageError extends Error {
  override readonly name = 'StorageError';
}

/**
 * Any error of the database as a fault of the storage; other errors as they are. For statements that are
 * always the same: what fails there is a table, a file or a server, and not the request.
 */
export function asStorageFault(error: unknown): unknown {
  return error instanceof DriverException || codeOf(error).startsWith('SQLITE_')
    ? new StorageError('The storage did not answer.', { cause: error })
    : error;
}
