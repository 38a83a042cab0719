/** What an operator can do about a fault of the database, by the code that it has. */

/** The code alone: the message may hold a statement and its values. Null when there is none. */
export function faultCode(error: unknown): string | null {
  if (!(error instanceof Error)) {
    return null;
  }

  // What lies beneath a failed connection tells more than that it failed.
  return (error.cause instanceof Error ? faultCode(error.cause) : null) ?? ownCode(error);
}

export function cureFor(code: string): string {
  return cures.get(code) ?? anyCure;
}

function ownCode(error: Error): string | null {
  return 'code' in error ? String(error.code) : null;
}

const anyCure = 'Check that DATABASE_URL is right, and that its place is there for this user.';

const notThere = 'Start PostgreSQL, or check the host and the port in DATABASE_URL.';
const wrongLogin = 'Check the user and the password in DATABASE_URL.';

const cures: ReadonlyMap<string, string> = new Map([
  ['SQLITE_BUSY', 'Another process has been writing for seconds: find it, and end it.'],
  [
    'SQLITE_CORRUPT',
    'The file is damaged: stop the server, and restore a backup with `jotter restore`.',
  ],
  ['SQLITE_FULL', 'The disk is full: make room.'],
  [
    'SQLITE_NOTADB',
    'This is no database: check DATABASE_URL, or restore a backup with `jotter restore`.',
  ],
  ['SQLITE_READONLY', 'Give this user the right to write to the file and its folder.'],
  ['ECONNREFUSED', notThere],
  ['ENOTFOUND', notThere],
  ['EHOSTUNREACH', notThere],
  ['ETIMEDOUT', notThere],
  ['08006', notThere],
  ['28000', wrongLogin],
  ['28P01', wrongLogin],
  ['3D000', 'There is no database of this name: make it with createdb, or check DATABASE_URL.'],
  ['42501', 'Give the user in DATABASE_URL the right to create tables in the database.'],
  [
    '53300',
    'PostgreSQL has no connection left: lower DATABASE_POOL_SIZE, or raise max_connections.',
  ],
  ['25006', 'PostgreSQL can only be read: DATABASE_URL must name the primary server.'],
  ['57P03', 'PostgreSQL is starting or stopping: wait, or look into its log.'],
]);
