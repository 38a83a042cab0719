import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { SqlEntityManager } from '@mikro-orm/sqlite';
import { Client } from 'pg';

import { OperatorError } from '../operator-error.ts';

/** Any numbers will do that no other program locks in the same database. */
const MIGRATION = 7_062_451_310;
const HOUSEKEEPING = 7_062_451_311;

/** How long, in milliseconds, a process waits for another one that is migrating. */
const PATIENCE = 10 * 60 * 1000;

/** Another process has been migrating for longer than anybody waits. */
class DatabaseBusyError extends OperatorError {
  override readonly name = 'DatabaseBusyError';
}

/**
 * Keeps other processes from changing the schema of a PostgreSQL database at the same time. The lock belongs
 * to a connection of its own, so PostgreSQL lifts it when the process dies.
 *
 * @returns lifts the lock
 * @throws {DatabaseBusyError} after ten minutes
 */
export async function lockForMigration(databaseUrl: string): Promise<() => Promise<void>> {
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 10_000,
    lock_timeout: PATIENCE,
    application_name: 'jotter migrations',
  });
  // Where it is lost, the next statement of the migration fails as well.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION]);
  } catch (error) {
    await client.end();
    throw isTimeout(error)
      ? new DatabaseBusyError('Another Jotter is migrating the database. Wait for it to end.')
      : error;
  }

  return async () => client.end();
}

/**
 * Lets one process at a time do the housekeeping, until the end of the transaction.
 *
 * @param em in a transaction
 * @returns false while another process has the turn; a SQLite file belongs to one process anyway
 */
export async function takeTurn(em: SqlEntityManager): Promise<boolean> {
  if (!(em.getDriver() instanceof PostgreSqlDriver)) {
    return true;
  }
  const [row] = await em.execute<{ taken: boolean }[]>(
    'select pg_try_advisory_xact_lock(?) as taken',
    [HOUSEKEEPING],
  );

  return row?.taken ?? false;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}
