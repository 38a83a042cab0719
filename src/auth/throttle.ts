/**
 * How often a password may be tried.
 *
 * Each attempt is poured into buckets that leak: one of the account, one of the network that it comes from.
 * A full bucket refuses until it has leaked enough, so there is a delay, and never a lock. Whoever pours
 * from elsewhere cannot keep the owner out, because a network from which the account has logged in before
 * has a bucket of its own. Buckets are rows: they hold for all processes, and over a restart. (The generic
 * cell rate algorithm, in one statement.)
 *
 * What is typed as a user name may be a password in the wrong field. It is neither logged nor stored: an event
 * names the account, if there is one, and a bucket has a hash of the name.
 */
import { createHash } from 'node:crypto';

import type { EntityManager } from '@mikro-orm/core';
import { sql } from 'kysely';

import type { Context } from '../context.ts';
import { rateLimited } from '../graphql/errors.ts';
import { networkOf } from '../http/client-address.ts';
import { User, usernameKey } from '../users/user.ts';
import { ThrottleBucket } from './throttle-bucket.ts';

/** How many attempts at once, and how many milliseconds for each one after. */
interface Allowance {
  readonly burst: number;
  readonly interval: number;
}

const perAccount: Allowance = { burst: 10, interval: 60_000 };
const perNetwork: Allowance = { burst: 50, interval: 10_000 };

/** How long, in milliseconds, a network is remembered from which somebody has logged in. */
const KNOWN_FOR = 90 * 24 * 60 * 60 * 1000;

/**
 * Counts one attempt at the password of an account, before anything is hashed.
 *
 * @throws {GraphQLError} RATE_LIMITED, whether or not there is such an account
 */
export async function throttleAttempt(context: Context, username: string): Promise<void> {
  const account = accountOf(username);
  const network = networkOfClient(context);
  const isKnown = network !== null && (await isInUse(context, knownKey(account, network)));
  const waitForAccount = await pour(
    context,
    accountKey(account, isKnown ? network : null),
    perAccount,
  );
  const waitForNetwork =
    network === null ? 0 : await pour(context, networkKey(network), perNetwork);

  await refuseUntil(context, Math.max(waitForAccount, waitForNetwork), async () =>
    context.em.findOne(User, { usernameKey: usernameKey(username) }),
  );
}

/**
 * Counts an attempt that concerns no account yet.
 *
 * @throws {GraphQLError} RATE_LIMITED
 */
export async function throttleNetwork(context: Context): Promise<void> {
  const network = networkOfClient(context);
  if (network !== null) {
    await refuseUntil(
      context,
      await pour(context, networkKey(network), perNetwork),
      async () => null,
    );
  }
}

/**
 * A password was right: the account's bucket is emptied, the attempt is taken out of the network's, because
 * many may live behind one address, and the network is known to the account from now on.
 */
export async function forgiveAttempts(context: Context, user: User): Promise<void> {
  const { em, clock } = context;
  const account = accountOf(user.username);
  const network = networkOfClient(context);
  const keys = [accountKey(account, null)];
  if (network !== null) {
    const emptyAt = clock().getTime() + KNOWN_FOR;
    await em.upsert(ThrottleBucket, { key: knownKey(account, network), emptyAt });
    keys.push(accountKey(account, network));
    await takeOut(context, networkKey(network), perNetwork);
  }
  await em.nativeDelete(ThrottleBucket, { key: { $in: keys } });
}

/** An operator has set a new password: whoever has it gets in at once, from wherever they have tried before. */
export async function forgetAttempts(em: EntityManager, user: User): Promise<void> {
  const key = { $like: accountKey(accountOf(user.username), '%') };
  await em.nativeDelete(ThrottleBucket, { key });
}

async function refuseUntil(
  context: Context,
  wait: number,
  findUser: () => Promise<User | null>,
): Promise<void> {
  if (wait > 0) {
    await context.events.record({ type: 'LOGIN_THROTTLED', user: await findUser() });
    throw rateLimited(Math.ceil(wait / 1000));
  }
}

/**
 * Pours one attempt into a bucket, atomically.
 *
 * @returns 0, or for how many milliseconds the bucket has no room
 */
async function pour(
  { em, clock }: Context,
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

async function takeOut({ em }: Context, key: string, { interval }: Allowance): Promise<void> {
  await sql`update throttle_bucket set empty_at = empty_at - ${interval} where key = ${key}`.execute(
    em.getKysely(),
  );
}

async function isInUse({ em, clock }: Context, key: string): Promise<boolean> {
  return (await em.count(ThrottleBucket, { key, emptyAt: { $gt: clock().getTime() } })) > 0;
}

function networkOfClient({ exchange: { address } }: Context): string | null {
  return address === null ? null : networkOf(address);
}

function accountOf(username: string): string {
  return createHash('sha256').update(usernameKey(username)).digest('hex');
}

function accountKey(account: string, network: string | null): string {
  return `account:${network ?? 'anywhere'}:${account}`;
}

function networkKey(network: string): string {
  return `network:${network}`;
}

function knownKey(account: string, network: string): string {
  return `known:${network}:${account}`;
}
