import {
  ConnectionException,
  DriverException,
  LockWaitTimeoutException,
  ReadOnlyException,
} from '@mikro-orm/core';

const SQLITE_FAULTS =
  /^SQLITE_(?:BUSY|CANTOPEN|CORRUPT|FULL|IOERR|LOCKED|NOTADB|PERM|PROTOCOL|READONLY)/u;

/**
 * SQLSTATE: connections, logins, a read-only or a missing database, serialization, resources, locks, timeouts
 * and shutdowns, errors of the system, damaged files. (PostgreSQL's appendix A.)
 */
const POSTGRES_FAULTS =
  /^(?:08|28|53|57P|58)\w+$|^(?:25006|25P0[34]|3D000|40001|40P01|55P03|57014|XX00[12])$/u;

/** Whether the storage failed, rather than the program: the same request may succeed later. */
export function isStorageFault(error: unknown): error is Error {
  return (
    error instanceof StorageError ||
    error instanceof ConnectionException ||
    error instanceof LockWaitTimeoutException ||
    error instanceof ReadOnlyException ||
    SQLITE_FAULTS.test(codeOf(error)) ||
    POSTGRES_FAULTS.test(codeOf(error))
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

/** Whether PostgreSQL has undone a transaction because of another one: the same may succeed at once. */
export function isSerializationFailure(error: unknown): boolean {
  return /^40(?:001|P01)$/u.test(codeOf(error));
}

/** Whether a row was to refer to one that is not there, or not any more. */
export function isForeignKeyViolation(error: unknown): boolean {
  return /^(?:SQLITE_CONSTRAINT_FOREIGNKEY|23503)$/u.test(codeOf(error));
}

/** The code that the database gives, whether or not the error passed through MikroORM. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** PostgreSQL is out of reach: what was asked of it may or may not have been done. */
export class ConnectionFault extends Error {
  override readonly name = 'ConnectionFault';
  /** SQLSTATE's connection_failure. MikroORM keeps it when it makes an error of its own from this one. */
  readonly code = '08006';

  constructor(cause: unknown) {
    super('The connection to PostgreSQL failed.', { cause });
  }
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
  return error instanceof DriverException || /^SQLITE_|^[0-9A-Z]{5}$/u.test(codeOf(error))
    ? new StorageError('The storage did not answer.', { cause: error })
    : error;
}
