/** What nobody needs any more is deleted, a little at a time, so that no request waits for it. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { EntityManager } from '@mikro-orm/core';
import type { Logger } from 'pino';

import { sweepMailTokens, sweepSecurityEvents, sweepThrottleBuckets } from './auth/sweep-auth.ts';
import type { Clock } from './clock.ts';
import { takeTurn } from './database/advisory-lock.ts';
import type { Orm } from './database/orm-options.ts';
import { sweepOutbox } from './mail/sweep-outbox.ts';
import type { SessionLifetimes } from './session/session.ts';
import { sweepSessions } from './session/sweep-sessions.ts';

/** How many rows are deleted in one statement. */
const BATCH = 500;

/** How long, in milliseconds, between two rounds, and between two batches of one. */
const INTERVAL = 10 * 60 * 1000;
const PAUSE = 50;

export interface HousekeepingOptions {
  readonly orm: Orm;
  readonly clock: Clock;
  readonly lifetimes: SessionLifetimes;
  readonly log: Logger;
}

/** @returns ends it */
export function startHousekeeping(options: HousekeepingOptions): () => void {
  const timer = setInterval(() => {
    sweep(options).catch((error: unknown) => {
      options.log.error({ event: 'housekeeping_failed', err: error }, 'Housekeeping failed');
    });
  }, INTERVAL);
  timer.unref();

  return () => clearInterval(timer);
}

/** One round: sessions, security events, throttle buckets, tokens and mails that are past. */
export async function sweep({ orm, clock, lifetimes }: HousekeepingOptions): Promise<void> {
  const now = clock();
  await inBatches(orm, async (em) => sweepSessions(em, now, lifetimes, BATCH));
  await inBatches(orm, async (em) => sweepSecurityEvents(em, now, BATCH));
  await inBatches(orm, async (em) => sweepThrottleBuckets(em, now, BATCH));
  await inBatches(orm, async (em) => sweepMailTokens(em, now, BATCH));
  await inBatches(orm, async (em) => sweepOutbox(em, now, BATCH));
}

/** Where another process is at it, this one leaves it to that. */
async function inBatches(
  orm: Orm,
  sweepSome: (em: EntityManager) => Promise<number>,
): Promise<void> {
  const swept = await orm.em.transactional(async (em) =>
    (await takeTurn(em)) ? sweepSome(em) : 0,
  );
  if (swept === BATCH) {
    await sleep(PAUSE);
    await inBatches(orm, sweepSome);
  }
}
