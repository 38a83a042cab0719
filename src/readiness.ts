/**
 * Whether this process may be sent requests: its database answers, and it is not about to stop. Anybody may
 * ask, as often as they like, so an answer holds for a second.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { Clock } from './clock.ts';

/** How long, in milliseconds, an answer holds, and how long the database may take for one. */
const VALIDITY = 1000;
const PATIENCE = 3000;

export interface Readiness {
  /** False while the server stops, and while the database does not answer. */
  isReady(): Promise<boolean>;
  isStopping(): boolean;
  /** From now on the answer is no. */
  stop(): void;
}

export interface ReadinessOptions {
  /** Rejects when the database cannot be used. */
  readonly probe: () => Promise<void>;
  readonly log: Logger;
  readonly clock: Clock;
}

export function createReadiness({ probe, log, clock }: ReadinessOptions): Readiness {
  let isStopping = false;
  let wasReady = true;
  let last: { readonly answer: Promise<boolean>; readonly until: number } | null = null;

  async function ask(): Promise<boolean> {
    const fault = await faultOf(probe);
    const isReady = fault === null;
    if (wasReady && !isReady) {
      log.error({ event: 'database_unavailable', err: fault }, 'The database cannot be used');
    } else if (!wasReady && isReady) {
      log.info({ event: 'database_available' }, 'The database can be used again');
    }
    wasReady = isReady;

    return isReady;
  }

  return {
    isReady: async () => {
      const now = clock().getTime();
      if (!last || now >= last.until) {
        last = { answer: ask(), until: now + VALIDITY };
      }

      return !isStopping && last.answer;
    },
    isStopping: () => isStopping,
    stop: () => {
      isStopping = true;
    },
  };
}

/** Null when all is well. */
async function faultOf(probe: () => Promise<void>): Promise<unknown> {
  const end = new AbortController();
  try {
    const isLate = await Promise.race([
      probe().then(() => false),
      sleep(PATIENCE, true, { signal: end.signal, ref: false }),
    ]);

    return isLate ? new Error('The database did not answer in time.') : null;
  } catch (error) {
    return error;
  } finally {
    end.abort();
  }
}
