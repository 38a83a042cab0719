import { setImmediate } from 'node:timers/promises';

/**
 * How many requests begin in one round. They go from step to step together, so that what all of them hold is in memory at
 * the same time.
 */
const MOST = 16;

/** The rounds of the event loop, for what is better done together than one by one. */
export class Rounds {
  readonly #waiting: ((isAlone: boolean) => void)[] = [];
  #end: Promise<void> | null = null;

  /** The end of this round, which is the same for all who wait for it. */
  get end(): Promise<void> {
    this.#end ??= this.#nextEnd();

    return this.#end;
  }

  /**
   * When a request may be worked on: at the end of the round in which it came. Where many came, the first go first, and the
   * others in the rounds after, behind the answers to the first.
   *
   * @returns whether no other begins with it
   */
  turn(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    if (this.#waiting.push(resolve) === 1) {
      void this.#takeTurns();
    }

    return promise;
  }

  async #nextEnd(): Promise<void> {
    await setImmediate();
    this.#end = null;
  }

  async #takeTurns(): Promise<void> {
    await this.end;
    const isAlone = this.#waiting.length === 1;
    for (const begin of this.#waiting.splice(0, MOST)) {
      begin(isAlone);
    }
    if (this.#waiting.length > 0) {
      void this.#takeTurns();
    }
  }
}
