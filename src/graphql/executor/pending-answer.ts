/**
 * What an answer waits for.
 *
 * A value that is awaited is put where it belongs as soon as it is there: there is no promise of each object and list
 * around it, but a count for each place where an error would stop. The answer is there when the counts are down.
 */
import { locatedError, responsePathAsArray, type GraphQLError } from 'graphql';

import type { ValuePlan } from './plan.ts';
import { put, Scope, type Container, type Path } from './scope.ts';

/** A value that is to be: where it stands, and what it becomes. */
export interface Position {
  readonly plan: ValuePlan;
  readonly path: Path;
  readonly container: Container;
}

export class PendingAnswer {
  readonly errors: GraphQLError[] = [];
  /** What is being looked at awaits its values in this scope. Made when there is something to await. */
  scope: Scope | null = null;
  readonly #signal: AbortSignal | undefined;
  #resolve: () => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  /** @param signal once it is aborted, nothing more begins */
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /**
   * Waits for all that is awaited of what was looked at since the last time.
   *
   * @throws the error that leaves nothing of it, and the reason of the signal
   */
  async settled(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.scope = null;
    this.#resolve = resolve;
    this.#reject = reject;

    return promise;
  }

  /** Errors within end here, so what is awaited within is awaited in a scope of its own. */
  openScope(): Scope | null {
    const outer = this.scope;
    this.scope = null;

    return outer;
  }

  closeScope(outer: Scope | null, container: Container, path: Path): void {
    const inner = this.scope;
    this.scope = outer;
    if (inner) {
      this.scope ??= new Scope();
      this.scope.pending += 1;
      inner.place = { scope: this.scope, container, path };
    }
  }

  /** Closes it after an error. */
  abandonScope(outer: Scope | null): void {
    this.scope?.end();
    this.scope = outer;
  }

  /** Puts a value where it belongs, or null and an error, when it is there. */
  awaitValue(
    promise: PromiseLike<unknown>,
    position: Position,
    complete: (value: unknown) => unknown,
  ): void {
    const scope = this.#awaitIn(position);
    Promise.resolve(promise).then(
      (value) =>
        this.#resume(scope, position, value, complete, (error) =>
          this.#failValue(scope, position, error),
        ),
      (error: unknown) => {
        if (!scope.isOver) {
          this.#failValue(scope, position, error);
        }
      },
    );
  }

  /**
   * The same for a value that is there, but for its type or items. An error ends where those within the value end.
   *
   * @param begin is given what completes a part of the value, as soon as it is there
   */
  awaitRest<Rest>(
    begin: (within: (act: () => void) => boolean) => PromiseLike<Rest>,
    position: Position,
    complete: (rest: Rest) => unknown,
  ): void {
    const scope = this.#awaitIn(position);
    const { plan, path } = position;
    const fail = (error: unknown): void => this.#endScope(scope, located(error, plan, path));
    Promise.resolve(begin((act) => this.#within(scope, act))).then(
      (rest) => this.#resume(scope, position, rest, complete, fail),
      fail,
    );
  }

  /**
   * What is instead of a value that failed at once.
   *
   * @throws {GraphQLError} the error, when null is not allowed
   */
  fail(plan: ValuePlan, path: Path, thrown: unknown): null {
    const error = located(thrown, plan, path);
    if (!plan.isNullable) {
      throw error;
    }
    this.errors.push(error);

    return null;
  }

  /** Its place is kept among the names of an object. */
  #awaitIn({ container, path }: Position): Scope {
    this.scope ??= new Scope();
    this.scope.pending += 1;
    put(container, path.key, undefined);

    return this.scope;
  }

  /** @returns false when nobody waits for it any more */
  #within(scope: Scope, act: () => void): boolean {
    const signal = this.#signal;
    if (scope.isOver) {
      return false;
    }
    if (signal?.aborted) {
      this.#reject(signal.reason);

      return false;
    }
    this.scope = scope;
    try {
      act();
    } finally {
      this.scope = null;
    }

    return true;
  }

  #resume<Value>(
    scope: Scope,
    { container, path }: Position,
    value: Value,
    complete: (value: Value) => unknown,
    fail: (error: unknown) => void,
  ): void {
    try {
      if (this.#within(scope, () => put(container, path.key, complete(value)))) {
        this.#settle(scope);
      }
    } catch (error) {
      fail(error);
    }
  }

  #failValue(scope: Scope, { plan, path, container }: Position, thrown: unknown): void {
    const error = located(thrown, plan, path);
    if (plan.isNullable) {
      put(container, path.key, null);
      this.errors.push(error);
      this.#settle(scope);
    } else {
      this.#endScope(scope, error);
    }
  }

  /** Leaves null of all that the scope holds. The first error counts. */
  #endScope(scope: Scope, error: GraphQLError): void {
    if (scope.isOver) {
      return;
    }
    scope.end();
    if (scope.place) {
      const { path, container } = scope.place;
      put(container, path.key, null);
      this.errors.push(error);
      this.#settle(scope.place.scope);
    } else {
      this.#reject(error);
    }
  }

  #settle(scope: Scope): void {
    let settled: Scope | null = scope;
    while (settled) {
      settled.pending -= 1;
      if (settled.pending > 0) {
        return;
      }
      settled = settled.place?.scope ?? null;
    }
    this.#resolve();
  }
}

function located(error: unknown, { field: { nodes } }: ValuePlan, path: Path): GraphQLError {
  return locatedError(error, nodes, responsePathAsArray(path));
}
