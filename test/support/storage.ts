/** Faults of the storage, on either database. */
import type { TestApp } from './app.ts';
import { isOnPostgres, runIn } from './database.ts';

/** From now on nothing can be written. */
export async function makeReadOnly({ orm, databaseUrl }: TestApp): Promise<void> {
  if (!isOnPostgres()) {
    await orm.em.getConnection().execute('pragma query_only = on');
    return;
  }
  const name = new URL(databaseUrl).pathname.slice(1);
  await runIn(databaseUrl, `alter database ${name} set default_transaction_read_only = on`);
  // Those that are open go on as they were.
  await runIn(databaseUrl, TERMINATE_OTHERS);
}

/** Keeps the database from answering until the returned function is called. */
export async function holdDatabase({ orm }: TestApp): Promise<() => Promise<void>> {
  const isHeld = Promise.withResolvers<void>();
  const isOver = Promise.withResolvers<void>();
  const holding = orm.em.fork().transactional(async (em) => {
    if (isOnPostgres()) {
      await em.execute('lock table mikro_orm_migrations in access exclusive mode');
    }
    isHeld.resolve();
    await isOver.promise;
  });
  await isHeld.promise;

  return async () => {
    isOver.resolve();
    await holding;
  };
}

/** What a server of PostgreSQL does to its clients when it is restarted. */
export const TERMINATE_OTHERS =
  'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
