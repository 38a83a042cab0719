import type { EntityName } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sqlite';

import { executeBound } from './bound-statement.ts';

/** What a column takes as it is, on each database. */
type Value = Date | number | string | null;

/** On whose behalf something is stored. */
export interface Writer {
  readonly em: SqlEntityManager;
  /** Once it is aborted, nothing is stored. */
  readonly signal?: AbortSignal;
}

/**
 * Stores a plain row by a statement that is prepared once and bound each time: MikroORM writes the values into
 * the text of its inserts. The entity manager knows nothing of the row.
 *
 * @param row values by the names of the entity's properties; a relation is the id of the other one
 */
export async function insertRow<Row extends { readonly [Name in keyof Row]: Value }>(
  { em, signal }: Writer,
  entity: EntityName<{ id: string }>,
  row: Row,
): Promise<void> {
  signal?.throwIfAborted();
  const { props, tableName } = em.getMetadata(entity);
  const platform = em.getPlatform();
  const values = new Map<string, Value>(Object.entries(row));
  const stored = props.filter(({ name }) => values.has(name));
  const columns = stored.map(({ fieldNames }) => String(fieldNames[0]));
  const places = columns.map(() => '?');

  await executeBound(
    em,
    `insert into "${tableName}" (${columns.join(', ')}) values (${places.join(', ')})`,
    stored.map(({ name }) => platform.processDateProperty(values.get(name))),
  );
}
