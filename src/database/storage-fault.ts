import { ConnectionException, LockWaitTimeoutException, ReadOnlyException } from '@mikro-orm/core';

const SQLITE_FAULTS = /^SQLITE_(?:BUSY|CANTOPEN|CORRUPT|FULL|IOERR|LOCKED|NOTADB|READONLY)/;

/** Whether the storage failed, rather than the program: the same request may succeed later. */
export function isStorageFault(error: unknown): boolean {
  return (
    error instanceof ConnectionException ||
    error instanceof LockWaitTimeoutException ||
    error instanceof ReadOnlyException ||
    (error instanceof Error && 'code' in error && SQLITE_FAULTS.test(String(error.code)))
  );
}
