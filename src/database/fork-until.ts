import type { SqlEntityManager } from '@mikro-orm/sqlite';

/**
 * An entity manager for work that may be stopped. Once the signal is aborted it runs no further statement,
 * and a transaction that is open is rolled back: MikroORM looks at the signal before a statement, but not
 * before a commit. What goes through `getKysely()` must be given the signal itself.
 */
export function forkUntil(em: SqlEntityManager, signal: AbortSignal): SqlEntityManager {
  const fork = em.fork({ signal, freshEventManager: true });
  fork.getEventManager().registerSubscriber({
    beforeTransactionCommit: async () => signal.throwIfAborted(),
  });

  return fork;
}
