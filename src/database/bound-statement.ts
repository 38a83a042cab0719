import type { SqlEntityManager } from '@mikro-orm/sqlite';
import { CompiledQuery, PostgresAdapter, type QueryResult } from 'kysely';

/**
 * Runs a statement that is prepared once and bound each time.
 *
 * @param text without a value in it; `?` stands for each parameter
 */
export async function executeBound<Row>(
  em: SqlEntityManager,
  text: string,
  parameters: readonly unknown[],
): Promise<QueryResult<Row>> {
  const database = em.getKysely();
  const isNumbered = database.getExecutor().adapter instanceof PostgresAdapter;
  const sql = isNumbered ? withNumbers(text) : text;

  return database.executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]));
}

/** `a = ? and b = ?` -> `a = $1 and b = $2` */
function withNumbers(text: string): string {
  let number = 0;

  return text.replaceAll('?', () => {
    number += 1;

    return `$${number}`;
  });
}
