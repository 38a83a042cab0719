import type { GraphQLResolveInfo } from 'graphql';

import { disregard } from './promises.ts';

/** What the information about a field offers to its resolver. Made when the first one asks. */
export class ResolverTools {
  readonly #stopped: AbortSignal | undefined;
  #over: AbortController | null = null;
  #isOver = false;

  /** @param stopped aborted when the operation is to begin nothing more */
  constructor(stopped: AbortSignal | undefined) {
    this.#stopped = stopped;
  }

  /** Aborted when the operation is stopped, and when its answer is there: who still works then works for nobody. */
  readonly getAbortSignal = (): AbortSignal => {
    this.#over ??= new AbortController();
    if (this.#isOver) {
      this.#over.abort();
    }

    return this.#stopped ? AbortSignal.any([this.#stopped, this.#over.signal]) : this.#over.signal;
  };

  readonly getAsyncHelpers: GraphQLResolveInfo['getAsyncHelpers'] = () => ({
    promiseAll: (values) => Promise.all(values),
    track: disregard,
  });

  end(): void {
    this.#isOver = true;
    this.#over?.abort();
  }
}
