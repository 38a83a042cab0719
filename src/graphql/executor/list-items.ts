import type { ListPlan, ValuePlan } from './plan.ts';
import { disregard } from './promises.ts';
import type { Run } from './run.ts';
import type { Path } from './scope.ts';

/** Completes one item, or makes the answer wait for it. */
type CompleteItem = (
  run: Run,
  plan: ValuePlan,
  path: Path,
  index: number,
  item: unknown,
  answer: unknown[],
) => unknown;

export function completeItems(
  run: Run,
  { item: plan }: ListPlan,
  path: Path,
  iterable: Iterable<unknown>,
  completeItem: CompleteItem,
): unknown[] {
  const { items, failure } = itemsOf(iterable);
  const answer: unknown[] = [];
  for (let index = 0; index < items.length; index += 1) {
    try {
      answer[index] = completeItem(run, plan, path, index, items[index], answer);
    } catch (error) {
      disregard(items.slice(index + 1));
      throw error;
    }
  }
  if (failure) {
    throw failure.error;
  }

  return answer;
}

/** Each item is begun with when it is there. */
export function streamCompleter(
  run: Run,
  { item: plan }: ListPlan,
  path: Path,
  stream: AsyncIterable<unknown>,
  completeItem: CompleteItem,
): (within: (act: () => void) => boolean) => Promise<unknown[]> {
  const answer: unknown[] = [];

  return async (within) => {
    const iterator: AsyncIterator<unknown, unknown> = stream[Symbol.asyncIterator]();
    let isWanted = true;
    try {
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const { done, value } = await iterator.next();
        if (done) {
          return answer;
        }
        isWanted = within(() => {
          const index = answer.length;
          answer[index] = completeItem(run, plan, path, index, value, answer);
        });
        if (!isWanted) {
          break;
        }
      }
    } catch (error) {
      isWanted = false;
      throw error;
    } finally {
      if (!isWanted) {
        disregard([iterator.return?.()]);
      }
    }

    return answer;
  };
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

/** The items of a list that a resolver gave. What goes wrong meanwhile concerns the list, after the items before it. */
interface ListItems {
  readonly items: readonly unknown[];
  readonly failure: { readonly error: unknown } | null;
}

function itemsOf(iterable: Iterable<unknown>): ListItems {
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
