/** Lists and lookups as plain rows, with no more columns than an operation asks for. */
import type { EntityName } from '@mikro-orm/core';

import { readRows, type Reader } from './read-rows.ts';

/** What holds for a row, in SQL without a value in it; `?` stands for each parameter. */
export interface Condition {
  readonly text: string;
  readonly parameters: readonly string[];
}

/** A part of a list: at most so many rows from one end of a range of keys. */
export interface RowRange {
  readonly where: { readonly id?: { readonly $gt?: string; readonly $lt?: string } };
  readonly orderBy: { readonly id: 'asc' | 'desc' };
  readonly limit: number;
}

/**
 * Rows of an entity's table. Each has its id, and those of the properties that are asked for; a relation is
 * the id of the other one.
 *
 * @param properties names that are no properties of the entity are passed over
 */
export async function findRows<Row>(
  reader: Reader,
  entity: EntityName<{ id: string }>,
  condition: Condition,
  properties: ReadonlySet<string>,
): Promise<readonly Row[]> {
  const select = selectionOf(reader, entity, properties);

  return readRows(reader, `${select} where ${condition.text}`, condition.parameters);
}

/** The same for a part of a list, in the order of their ids. */
export async function findRange<Row>(
  reader: Reader,
  entity: EntityName<{ id: string }>,
  condition: Condition,
  properties: ReadonlySet<string>,
  { where: { id: { $gt, $lt } = {} }, orderBy, limit }: RowRange,
): Promise<readonly Row[]> {
  const select = selectionOf(reader, entity, properties);
  const bounds = [
    ...($gt === undefined ? [] : [{ text: 'id > ?', parameters: [$gt] }]),
    ...($lt === undefined ? [] : [{ text: 'id < ?', parameters: [$lt] }]),
  ];
  const { text, parameters } = allOf([condition, ...bounds]);

  // SQLite looks at the value of a bare parameter here, and so plans the statement anew each time it is bound.
  return readRows(reader, `${select} where ${text} order by id ${orderBy.id} limit ? + 0`, [
    ...parameters,
    limit,
  ]);
}

export function allOf(conditions: readonly Condition[]): Condition {
  return joined(conditions, ' and ');
}

export function anyOf(conditions: readonly Condition[]): Condition {
  return joined(conditions, ' or ');
}

export function hasIdOf(ids: readonly string[]): Condition {
  return { text: `id in (${ids.map(() => '?').join(', ')})`, parameters: ids };
}

function joined(conditions: readonly Condition[], operator: string): Condition {
  return {
    text: conditions.map(({ text }) => `(${text})`).join(operator),
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
}

/** `select id, author_id as "author" from "note"` */
function selectionOf(
  { em }: Reader,
  entity: EntityName<{ id: string }>,
  properties: ReadonlySet<string>,
): string {
  const { props, tableName } = em.getMetadata(entity);
  const columns = props
    .filter(({ name }) => name === 'id' || properties.has(name))
    .map(({ name, fieldNames }) => `${String(fieldNames[0])} as "${name}"`);

  return `select ${columns.join(', ')} from "${tableName}"`;
}
