import DataLoader from 'dataloader';

import type { Context } from '../context.ts';

/**
 * The loaders of one operation, each by what it reads with. They belong to the context: in a `WeakMap` beside it, as
 * Pothos' plugin keeps them, they would keep the operation in memory until the next full collection of garbage.
 */
export type Loaders = Map<unknown, DataLoader<string, unknown>>;

/** @returns what there is of the ids, in any order */
export type ReadByIds<Thing> = (
  ids: readonly string[],
  context: Context,
) => Promise<readonly Thing[]>;

/**
 * Loads a thing by its id; null when there is none. What the fields of an operation ask for at the same time is read at
 * once, and what has been read is not read again.
 */
export function loadById<Thing extends { readonly id: string }>(
  read: ReadByIds<Thing>,
): (id: string, context: Context) => Promise<Thing | null> {
  return async (id, context) => {
    const { loaders } = context;
    const loader = loaders.get(read) ?? createLoader(read, context);
    loaders.set(read, loader);

    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is kept under `read` was read by it
    return loader.load(id) as Promise<Thing | null>;
  };
}

function createLoader<Thing extends { readonly id: string }>(
  read: ReadByIds<Thing>,
  context: Context,
): DataLoader<string, Thing | null> {
  return new DataLoader(async (ids) => {
    const things = await read(ids, context);
    const byId = new Map(things.map((thing) => [thing.id, thing]));

    return ids.map((id) => byId.get(id) ?? null);
  });
}
