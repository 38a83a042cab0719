import type { GraphQLResolveInfo } from 'graphql';

import type { FieldPlan } from './plan.ts';

export type Path = GraphQLResolveInfo['path'];

/** Where a value of the answer stands: an object, or a list. */
export type Container = Record<string, unknown> | unknown[];

/** A value of the answer that becomes null when an error within it goes up so far. */
export interface Place {
  readonly scope: Scope;
  readonly container: Container;
  readonly path: Path;
}

/** All that is awaited within one place of the answer, or within the whole of it. */
export class Scope {
  /** Null for the whole answer, and for what is still being looked at. */
  place: Place | null = null;
  /** How many values are awaited: those of its own, and the places within that await some. */
  pending = 0;
  #isOver = false;

  /** What is awaited still is of no use any more. */
  end(): void {
    this.#isOver = true;
  }

  get isOver(): boolean {
    return this.#isOver || (this.place?.scope.isOver ?? false);
  }
}

export function pathOf({ key, parentType }: FieldPlan, prev: Path | undefined): Path {
  return { prev, key, typename: parentType.name };
}

/** An alias may be `__proto__`, which is no ordinary name for an object. */
export function put(container: Container, key: string | number, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(container, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  } else {
    Reflect.set(container, key, value);
  }
}
