import { ConnectionException, LockWaitTimeoutException, ReadOnlyException } from '@mikro-orm/core';

const SQLITE_FAULTS =
  /^SQLITE_(?:BUSY|CANTOPEN|CORRUPT|FULL|IOERR|LOCKED|NOTADB|PERM|PROTOCOL|READONLY)/u;

/** Whether the storage failed, rather than the program: the same request may succeed later. */
export function isStorageFault(error: unknown): error is Error {
  return (
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

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
