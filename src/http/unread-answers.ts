import type { ServerResponse } from 'node:http';

/**
 * Answers that their clients have yet to read. A client that reads none lets them pile up in memory: when
 * they have too many bytes together, those that wait for longest are cut off.
 */
export class UnreadAnswers {
  readonly #limit: number;
  readonly #sizes = new Map<ServerResponse, number>();
  #total = 0;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param size in bytes */
  add(response: ServerResponse, size: number): void {
    this.#sizes.set(response, size);
    this.#total += size;
    response.once('close', () => this.#remove(response));

    for (const oldest of this.#sizes.keys()) {
      if (this.#total <= this.#limit) {
        return;
      }
      this.#remove(oldest);
      oldest.destroy();
    }
  }

  #remove(response: ServerResponse): void {
    this.#total -= this.#sizes.get(response) ?? 0;
    this.#sizes.delete(response);
  }
}
