/** Buckets that leak, as rows: they hold for all processes, and over a restart. */
import { createHash } from 'node:crypto';

import { sql } from 'kysely';

import type { Context } from '../context.ts';
import { networkOf } from '../http/client-address.ts';
import { ThrottleBucket } from './throttle-bucket.ts';

/** How many attempts at once, and how many milliseconds for each one after. */
export interface Allowance {
  readonly burst: number;
  readonly interval: number;
}

type BucketScope = Pick<Context, 'clock' | 'em'>;

/**
 * Pours one attempt into a bucket, atomically. (The generic cell rate algorithm, in one statement.)
 *
 * @returns 0, or for how many milliseconds the bucket has no room
 */
export async function pour(
  { em, clock }: BucketScope,
  key: string,
  { burst, interval }: Allowance,
): Promise<number> {
  const now = clock().getTime();
  const lastRoom = now + (burst - 1) * interval;
  // Only a clock that was set back since leaves more in a bucket than this: what it holds tells nothing.
  const beyondFull = now + 2 * burst * interval;
  const { rows } = await sql`
    insert into throttle_bucket (key, empty_at) values (${key}, ${now + interval})
    on conflict (key) do update
      set empty_at = ${interval} + case
        when throttle_bucket.empty_at between ${now} and ${lastRoom}
        then throttle_bucket.empty_at else ${now} end
      where throttle_bucket.empty_at <= ${lastRoom} or throttle_bucket.empty_at > ${beyondFull}
    returning key`.execute(em.getKysely());
  if (rows.length > 0) {
    return 0;
  }
  const full = await em.findOne(ThrottleBucket, key, { refresh: true });

  return Math.max((full?.emptyAt ?? now) - lastRoom, 1);
}

/** Takes one attempt out again. */
export async function takeOut(
  { em }: Pick<BucketScope, 'em'>,
  key: string,
  { interval }: Allowance,
): Promise<void> {
  await sql`update throttle_bucket set empty_at = empty_at - ${interval} where key = ${key}`.execute(
    em.getKysely(),
  );
}

export async function isInUse({ em, clock }: BucketScope, key: string): Promise<boolean> {
  return (await em.count(ThrottleBucket, { key, emptyAt: { $gt: clock().getTime() } })) > 0;
}

/** Null when nobody knows where the client is. */
export function networkOfClient({
  exchange: { address },
}: Pick<Context, 'exchange'>): string | null {
  return address === null ? null : networkOf(address);
}

/** What stands in the key of a bucket for a name that somebody has typed, which may be a password or an address. */
export function digestOf(name: string): string {
  return createHash('sha256').update(name.toLowerCase()).digest('hex');
}
