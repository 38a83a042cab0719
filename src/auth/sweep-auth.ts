import type { EntityManager } from '@mikro-orm/core';

import { MailToken } from './mail-token.ts';
import { SecurityEvent } from './security-event.ts';
import { ThrottleBucket } from './throttle-bucket.ts';

const DAY = 24 * 60 * 60 * 1000;

/** For how long, in milliseconds, security events are kept: those of accounts, and failures of nobody's. */
const KEPT_FOR_ACCOUNTS = 365 * DAY;
const KEPT_FOR_NOBODY = 30 * DAY;

/**
 * Deletes old security events.
 *
 * @param limit how many at the most
 * @returns how many there were
 */
export async function sweepSecurityEvents(
  em: EntityManager,
  now: Date,
  limit: number,
): Promise<number> {
  const where = {
    $or: [
      { createdAt: { $lt: new Date(now.getTime() - KEPT_FOR_ACCOUNTS) } },
      { createdAt: { $lt: new Date(now.getTime() - KEPT_FOR_NOBODY) }, user: null },
    ],
  };
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

/**
 * Deletes tokens of mails that have expired.
 *
 * @param limit how many at the most
 * @returns how many there were
 */
export async function sweepMailTokens(
  em: EntityManager,
  now: Date,
  limit: number,
): Promise<number> {
  const where = { expiresAt: { $lt: now } };
  const expired = await em.findAll(MailToken, { where, fields: ['tokenHash'], limit });

  return em.nativeDelete(MailToken, { tokenHash: { $in: expired.map((it) => it.tokenHash) } });
}
