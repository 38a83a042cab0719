import type { Change, Changes } from './changes.ts';

/** How many changes wait for one reader at the most. They are ids: a hundred bytes each. */
const QUEUE_SIZE = 256;

/** A reader has to begin anew, because it may have missed changes. */
export class ChangesMissedError extends Error {
  override readonly name = 'ChangesMissedError';
  /** Whether that is because it reads too slowly. */
  readonly isReaderSlow: boolean;

  constructor(isReaderSlow: boolean) {
    super(isReaderSlow ? 'The reader is too slow.' : 'Changes may have been missed.');
    this.isReaderSlow = isReaderSlow;
  }
}

/**
 * The changes of some topics, one after the other, for one reader. When the promise is fulfilled, none is
 * missed any more.
 *
 * @param signal ends it
 * @throws {ChangesMissedError} while it is read
 */
export async function queueChanges(
  changes: Changes,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<AsyncIterableIterator<Change>> {
  const queue = new ChangeQueue();
  const stop = await changes.listen(topics, queue);
  queue.onEnd(stop);
  signal.addEventListener('abort', () => queue.end(), { once: true });
  if (signal.aborted) {
    queue.end();
  }

  return queue;
}

class ChangeQueue implements AsyncIterableIterator<Change> {
  #waiting: Change[] = [];
  #reader: PromiseWithResolvers<IteratorResult<Change>> | null = null;
  #isOver = false;
  #failure: ChangesMissedError | null = null;
  #stop: (() => void) | null = null;

  onEnd(stop: () => void): void {
    this.#stop = stop;
  }

  onChange(change: Change): void {
    if (this.#isOver) {
      return;
    }
    if (this.#reader) {
      this.#answer({ done: false, value: change });
    } else if (this.#waiting.length < QUEUE_SIZE) {
      this.#waiting.push(change);
    } else {
      this.#fail(new ChangesMissedError(true));
    }
  }

  onGap(): void {
    this.#fail(new ChangesMissedError(false));
  }

  end(): void {
    this.#isOver = true;
    this.#waiting = [];
    this.#stop?.();
    this.#answer({ done: true, value: undefined });
  }

  async next(): Promise<IteratorResult<Change>> {
    if (this.#failure) {
      throw this.#failure;
    }
    const value = this.#waiting.shift();
    if (value) {
      return { done: false, value };
    }
    if (this.#isOver) {
      return { done: true, value: undefined };
    }
    this.#reader = Promise.withResolvers();

    return this.#reader.promise;
  }

  async return(): Promise<IteratorResult<Change>> {
    this.end();

    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #answer(result: IteratorResult<Change>): void {
    this.#reader?.resolve(result);
    this.#reader = null;
  }

  /** What waits goes: a reader that begins anew needs none of it. */
  #fail(failure: ChangesMissedError): void {
    this.#failure ??= failure;
    this.#reader?.reject(failure);
    this.#reader = null;
    this.end();
  }
}
