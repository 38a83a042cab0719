/** The items of a list that a resolver gave. What goes wrong meanwhile concerns the list, after the items before it. */
export interface ListItems {
  readonly items: readonly unknown[];
  readonly failure: { readonly error: unknown } | null;
}

export function itemsOf(iterable: Iterable<unknown>): ListItems {
  if (Array.isArray(iterable)) {
    return { items: iterable, failure: null };
  }
  const items: unknown[] = [];
  try {
    for (const item of iterable) {
      items.push(item);
    }
  } catch (error) {
    return { items, failure: { error } };
  }

  return { items, failure: null };
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.iterator in value &&
    typeof value[Symbol.iterator] === 'function'
  );
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    Symbol.asyncIterator in value &&
    typeof value[Symbol.asyncIterator] === 'function'
  );
}
