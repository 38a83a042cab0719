import type { EntityManager } from '@mikro-orm/core';

import { SecurityEvent } from './security-event.ts';
import { ThrottleBucket } from './throttle-bucket.ts';

/** For how long, in milliseconds, security events are kept. */
const EVENTS_KEPT_FOR = 365 * 24 * 60 * 60 * 1000;

/**
 * Deletes security events of more than a year ago.
 *
 * @param limit how many at the most
 * @returns how many there were
 */
export async function sweepSecurityEvents(
  em: EntityManager,
  now: Date,
  limit: number,
): Promise<number> {
  const where = { createdAt: { $lt: new Date(now.getTime() - EVENTS_KEPT_FOR) } };
  const old = await em.findAll(SecurityEvent, { where, fields: ['id'], limit });

  return em.nativeDelete(SecurityEvent, { id: { $in: old.map(({ id }) => id) } });
}

/**
 * Deletes buckets that are as if they had never been used.
 *
 * @param limit how many at the most
 * @returns how many there were
 */
export async function sweepThrottleBuckets(
  em: EntityManager,
  now: Date,
  limit: number,
): Promise<number> {
  const where = { emptyAt: { $lt: now.getTime() } };
  const empty = await em.findAll(ThrottleBucket, { where, fields: ['key'], limit });

  // One that was used again meanwhile stays.
  return em.nativeDelete(ThrottleBucket, { key: { $in: empty.map(({ key }) => key) }, ...where });
}
