import type { SqlEntityManager } from '@mikro-orm/sqlite';
import type { DialectAdapter } from 'kysely';

import { executeBound } from './bound-statement.ts';

/** On whose behalf something is read. */
export interface Reader {
  readonly em: SqlEntityManager;
  /** Once it is aborted, nothing is read. */
  readonly signal?: AbortSignal;
}

/** An adapter of a database that is read without a connection of one's own. */
export interface ReadsByItself extends DialectAdapter {
  /**
   * Rows that are committed; null when a connection is needed to read them.
   *
   * @param isRemembered whether the rows may come from memory, when it is certain that they have not changed
   */
  read(
    sql: string,
    parameters: readonly unknown[],
    isRemembered: boolean,
  ): readonly unknown[] | null;
}

/**
 * Reads plain rows by a statement that is prepared once and bound each time: several times as fast as
 * entities. Outside of a transaction it sees what is committed, and waits for no writer.
 *
 * @param text without a value in it; `?` stands for each parameter
 * @param isRemembered whether they are read so often, each by its one parameter, that a database which can tell that
 *   nothing was written keeps them
 */
export async function readRows<Row>(
  { em, signal }: Reader,
  text: string,
  parameters: readonly unknown[],
  isRemembered = false,
): Promise<readonly Row[]> {
  signal?.throwIfAborted();
  const database = em.getKysely();
  const { adapter } = database.getExecutor();
  if (!database.isTransaction && readsByItself(adapter)) {
    const rows = adapter.read(text, parameters, isRemembered);
    if (rows) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the text says what a row has
      return rows as readonly Row[];
    }
  }

  const { rows } = await executeBound<Row>(em, text, parameters);

  return rows;
}

function readsByItself(adapter: DialectAdapter): adapter is ReadsByItself {
  return 'read' in adapter;
}
