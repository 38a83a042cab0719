import { LRUCache } from 'lru-cache';

import { LimitReachedError } from '../graphql/errors.ts';

/** How many people's room is remembered. Whoever is forgotten is counted again. */
const REMEMBERED = 10_000;

/**
 * How many notes each person may keep. They are counted when somebody first writes one, and again when the room that
 * there was then is used up: counting thousands with each note would take longer than writing it.
 *
 * It is approximate by what other processes write meanwhile, and by requests that count at the same moment.
 */
export class NoteQuota {
  readonly #limit: number;
  readonly #room = new LRUCache<string, number>({ max: REMEMBERED });

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Takes the room of one note.
   *
   * @throws {LimitReachedError}
   */
  async take(userId: string, countNotes: () => Promise<number>): Promise<void> {
    const remembered = this.#room.get(userId) ?? 0;
    const room = remembered > 0 ? remembered : this.#limit - (await countNotes());
    if (room <= 0) {
      throw new LimitReachedError(
        this.#limit,
        `You may keep ${this.#limit} notes. Delete some that you no longer need.`,
      );
    }
    this.#room.set(userId, room - 1);
  }
}
