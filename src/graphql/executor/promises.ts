/** Something to wait for: of whatever library, as graphql-js has it. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  );
}

/** Nobody waits for these any more, and a rejection is not to be taken for one that was overlooked. */
export function disregard(values: Iterable<unknown>): void {
  for (const value of values) {
    if (isPromiseLike(value)) {
      value.then(ignore, ignore);
    }
  }
}

function ignore(): void {}
