import type { Orm } from './orm-options.ts';

/**
 * Asks the database whether it can be used. Normally that takes a transaction without a change; after a
 * fault it takes a real write, because a full or a read-only disk still lets transactions begin.
 *
 * @param lastFault how the last write ended; null when it was well
 * @returns rejects when the database cannot be used
 */
export function createProbe(orm: Orm, lastFault: () => unknown = () => null): () => Promise<void> {
  return async () => {
    const em = orm.em.fork();
    await em.transactional(async (tx) => {
      await tx.execute('select 1 from mikro_orm_migrations');
      if (lastFault() !== null) {
        await tx.execute('create table jotter_probe (content text not null)');
        await tx.execute('insert into jotter_probe values (?)', [CONTENT]);
        await tx.execute('drop table jotter_probe');
      }
    });
  };
}

/** More than what a file that is full might have room for. */
const CONTENT = ' '.repeat(256 * 1024);
