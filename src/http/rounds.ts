import { setImmediate } from 'node:timers/promises';

/** The rounds of the event loop, for what is better done together at the end of one. */
export class Rounds {
  #end: Promise<void> | null = null;

  /** The end of this round, which is the same for all who wait for it. */
  get end(): Promise<void> {
    this.#end ??= this.#nextEnd();

    return this.#end;
  }

  async #nextEnd(): Promise<void> {
    await setImmediate();
    this.#end = null;
  }
}
