import {
  ConnectionException,
  DriverException,
  LockWaitTimeoutException,
  ReadOnlyException,
} from '@mikro-orm/core';

const SQLITE_FAULTS = /^SQLITE_(?:BUSY|CANTOPEN|CORRUPT|FULL|IOERR|LOCKED|NOTADB|READONLY)/;

/** Whether the storage failed, rather than the program: the same request may succeed later. */
export function isStorageFault(error: unknown): boolean {
  return (
    error instanceof StorageError ||
    error instanceof ConnectionException ||
    error instanceof LockWaitTimeoutException ||
    error instanceof ReadOnlyException ||
    (error instanceof Error && 'code' in error && SQLITE_FAULTS.test(String(error.code)))
  );
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
  return error instanceof DriverException
    ? new StorageError('The storage did not answer.', { cause: error })
    : error;
}
