import type { SqlEntityManager } from '@mikro-orm/sqlite';

import { isSerializationFailure } from './storage-fault.ts';

/** How often a transaction is run that the database undoes for the sake of another one. */
const ATTEMPTS = 3;

/**
 * Runs work in a transaction. When the database undoes it because it met another one, the work runs again,
 * so it must start from what it reads inside, and touch nothing but the database.
 *
 * @param work gets the entity manager of the transaction, and must use no other
 * @throws what the work throws, after the transaction was rolled back
 */
export async function transact<Result>(
  em: SqlEntityManager,
  work: (em: SqlEntityManager) => Promise<Result>,
  attempts = ATTEMPTS,
): Promise<Result> {
  try {
    return await em.transactional(work);
  } catch (error) {
    if (attempts > 1 && isSerializationFailure(error)) {
      return transact(em, work, attempts - 1);
    }
    throw error;
  }
}
