/**
 * Passwords: which are allowed, and how they are hashed and checked.
 *
 * argon2id as OWASP asks for it. A password is hashed in its NFC form, so that one keyboard's accents are
 * another's; otherwise nothing is changed: not trimmed, not shortened, not lower-cased. Few hashes run at a
 * time, few wait, and the rest is refused at once with RATE_LIMITED.
 */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { argon2id, hash, needsRehash, verify } from 'argon2';
import pLimit from 'p-limit';

import { rateLimited } from '../graphql/errors.ts';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * How many hashes run at once. One core is left to everything else, and two of the four threads that files
 * and names need, too.
 */
const CONCURRENT_HASHES = Math.max(1, Math.min(2, availableParallelism() - 1));

/**
 * A hash takes a core and its caches from everything else. So beside more than so many good answers a millisecond, the
 * next one waits for so many times as long as the last one took, but no longer than so many milliseconds: those who use the
 * server go on, and those who log in wait longer.
 */
const BUSY = 0.5;
const PAUSE = 1.5;
const LONGEST_PAUSE = 100;

/** How many wait for their turn: about a second, or three when there is much else to do. Beyond it, nobody is kept waiting. */
const WAITING_HASHES = 32;

/** An argon2 hash of 32 bytes, whatever its parameters. `verify` takes a shorter one for a wrong password. */
const READABLE_HASH = /^\$argon2(?:id|i|d)\$v=\d+\$[\w=,]+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]{43}$/;

export interface Passwords {
  /** In code points. */
  readonly minLength: number;
  /**
   * To be asked before anything else is done for a password: whoever is refused then costs next to nothing.
   *
   * @throws {GraphQLError} RATE_LIMITED when too many hashes wait, as `hash` and `verify` do
   */
  makeSureOfRoom(): void;
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one that was hashed. It costs the same for a user who does not exist:
   * give null then. A stored hash that is broken is a wrong password.
   *
   * @param onBrokenHash is told of a stored hash that cannot be read
   */
  verify(
    passwordHash: string | null,
    password: string,
    onBrokenHash: (error: unknown) => void,
  ): Promise<boolean>;
  /** How many hashes run, and how many wait. */
  readonly load: { readonly active: number; readonly waiting: number };
  /** Whether the hash was made with another algorithm or other parameters than today's. */
  isOutdated(passwordHash: string): boolean;
}

export interface PasswordOptions {
  /** In code points. */
  readonly minLength: number;
  /** How many requests were answered well so far; none where nobody else is served. */
  readonly countAnswers?: () => number;
}

export function createPasswords({ minLength, countAnswers = () => 0 }: PasswordOptions): Passwords {
  const inTurn = pLimit(CONCURRENT_HASHES);
  const nobodysHash = hashInTurn('the password of nobody');

  /** The result is there before the turn is over. */
  async function runInTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const { promise, resolve } = Promise.withResolvers<Promise<Result>>();
    void inTurn(async () => {
      const [start, answersBefore] = [performance.now(), countAnswers()];
      const result = work();
      resolve(result);
      await Promise.allSettled([result]);
      const duration = performance.now() - start;
      if ((countAnswers() - answersBefore) / duration > BUSY) {
        await sleep(Math.min(duration * PAUSE, LONGEST_PAUSE));
      }
    });

    return promise;
  }

  async function hashInTurn(password: string): Promise<string> {
    return runInTurn(async () => hash(password.normalize('NFC'), PARAMETERS));
  }

  async function verifyInTurn(passwordHash: string, password: string): Promise<boolean> {
    if (!READABLE_HASH.test(passwordHash)) {
      throw new TypeError('The stored hash is not an argon2 hash of 32 bytes.');
    }

    return runInTurn(async () => verify(passwordHash, password.normalize('NFC')));
  }

  function makeSureOfRoom(): void {
    if (inTurn.pendingCount >= WAITING_HASHES) {
      throw rateLimited(1);
    }
  }

  return {
    minLength,
    makeSureOfRoom,
    get load() {
      return { active: inTurn.activeCount, waiting: inTurn.pendingCount };
    },
    hash: async (password) => {
      makeSureOfRoom();

      return hashInTurn(password);
    },
    verify: async (passwordHash, password, onBrokenHash) => {
      // Right after the start it is still being made, and whoever waits for it is not in the queue yet.
      const otherwise = await nobodysHash;
      makeSureOfRoom();
      try {
        const isRight = await verifyInTurn(passwordHash ?? otherwise, password);

        return isRight && passwordHash !== null;
      } catch (error) {
        onBrokenHash(error);
        // The work that a hash in order would have cost.
        await hashInTurn(password);

        return false;
      }
    },
    // `needsRehash` does not look at the algorithm.
    isOutdated: (passwordHash) =>
      !passwordHash.startsWith('$argon2id$') || needsRehash(passwordHash, PARAMETERS),
  };
}
