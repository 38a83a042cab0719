/**
 * How often a password may be tried.
 *
 * Each attempt is poured into buckets that leak: one of the account, one of the network that it comes from.
 * A full bucket refuses until it has leaked enough, so there is a delay, and never a lock. Whoever pours
 * from elsewhere cannot keep the owner out, because a network from which the account has logged in before
 * has a bucket of its own.
 *
 * An account may have two names, its user name and its address. A full bucket says so for the name that was given;
 * that of the account, for both names together, refuses in silence: otherwise it would tell whose address it is.
 *
 * What is typed as a user name may be a password in the wrong field. It is neither logged nor stored: an event
 * names the account, if there is one, and a bucket has a hash of the name.
 */
import type { EntityManager } from '@mikro-orm/core';

import type { Context } from '../context.ts';
import { transact } from '../database/transact.ts';
import { rateLimited } from '../graphql/errors.ts';
import { User, type CurrentUser } from '../users/user.ts';
import { digestOf, isInUse, networkOfClient, pour, takeOut, type Allowance } from './buckets.ts';
import { ThrottleBucket } from './throttle-bucket.ts';

const perAccount: Allowance = { burst: 10, interval: 60_000 };
const perNetwork: Allowance = { burst: 50, interval: 10_000 };

/** How long, in milliseconds, a network is remembered from which somebody has logged in. */
const KNOWN_FOR = 90 * 24 * 60 * 60 * 1000;

/** What counting an attempt needs to know. */
export type ThrottleScope = Pick<Context, 'clock' | 'em' | 'events' | 'exchange'>;

/** At whose password an attempt is. */
export interface Attempt {
  /** What the account was called, in lower case. */
  readonly login: string;
  /** The lower-case user name of the account; the same as `login` when there is none. */
  readonly account: string;
}

/**
 * Counts one attempt at the password of an account, before anything is hashed.
 *
 * @returns 0, or for how many milliseconds the account has no room left: then no password is right
 * @throws {GraphQLError} RATE_LIMITED, whether or not there is such an account
 */
export async function throttleAttempt(
  scope: ThrottleScope,
  { login, account }: Attempt,
): Promise<number> {
  const network = networkOfClient(scope);
  const { refusedFor, wait } = await transact(scope.em, async (em) => {
    const buckets = { em, clock: scope.clock };
    const isKnown = network !== null && (await isInUse(buckets, knownKey(account, network)));
    const place = isKnown ? network : null;
    const waitForLogin = await pour(buckets, loginKey(login, place), perAccount);
    const waitForNetwork =
      network === null ? 0 : await pour(buckets, networkKey(network), perNetwork);
    const longest = Math.max(waitForLogin, waitForNetwork);

    return longest > 0
      ? { refusedFor: longest, wait: 0 }
      : { refusedFor: 0, wait: await pour(buckets, accountKey(account, place), perAccount) };
  });
  await refuseUntil(scope, refusedFor, async () =>
    scope.em.findOne(User, { usernameKey: account }),
  );

  return wait;
}

/**
 * Counts an attempt of somebody who is logged in at their own password.
 *
 * @throws {GraphQLError} RATE_LIMITED
 */
export async function throttleOwnAttempt(scope: ThrottleScope, user: CurrentUser): Promise<void> {
  const account = user.usernameKey;
  const wait = await throttleAttempt(scope, { login: account, account });
  await refuseUntil(scope, wait, async () => user);
}

/**
 * Counts an attempt that concerns no account yet.
 *
 * @throws {GraphQLError} RATE_LIMITED
 */
export async function throttleNetwork(scope: ThrottleScope): Promise<void> {
  const network = networkOfClient(scope);
  if (network !== null) {
    const wait = await pour(scope, networkKey(network), perNetwork);
    await refuseUntil(scope, wait, async () => null);
  }
}

/**
 * A password was right: the account's buckets are emptied, the attempt is taken out of the network's, because
 * many may live behind one address, and the network is known to the account from now on.
 */
export async function forgiveAttempts(
  scope: Omit<ThrottleScope, 'events'>,
  user: CurrentUser,
): Promise<void> {
  const { clock } = scope;
  const network = networkOfClient(scope);
  const places = [null, ...(network === null ? [] : [network])];
  await transact(scope.em, async (em) => {
    // In the order in which an attempt pours into them: neither can hold what the other waits for.
    await forget(
      em,
      places.flatMap((place) => loginKeysOf(user, place)),
    );
    if (network !== null) {
      await takeOut({ em }, networkKey(network), perNetwork);
    }
    await forget(
      em,
      places.map((place) => accountKey(user.usernameKey, place)),
    );
    if (network !== null) {
      const key = knownKey(user.usernameKey, network);
      await em.upsert(ThrottleBucket, { key, emptyAt: clock().getTime() + KNOWN_FOR });
    }
  });
}

async function forget(em: EntityManager, keys: readonly string[]): Promise<void> {
  await em.nativeDelete(ThrottleBucket, { key: { $in: [...keys] } });
}

/** Somebody has a new password, and gets in at once, from wherever they have tried before. */
export async function forgetAttempts(em: EntityManager, user: CurrentUser): Promise<void> {
  const keys = [...loginKeysOf(user, '%'), accountKey(user.usernameKey, '%')];
  await em.nativeDelete(ThrottleBucket, { $or: keys.map((key) => ({ key: { $like: key } })) });
}

async function refuseUntil(
  { events }: Pick<ThrottleScope, 'events'>,
  wait: number,
  findUser: () => Promise<Pick<CurrentUser, 'id'> | null>,
): Promise<void> {
  if (wait > 0) {
    await events.record({ type: 'LOGIN_THROTTLED', user: await findUser() });
    throw rateLimited(Math.ceil(wait / 1000));
  }
}

/** What an account may be called at a login: it has a bucket for each. */
function loginKeysOf({ usernameKey, emailKey }: CurrentUser, network: string | null): string[] {
  const logins = emailKey == null ? [usernameKey] : [usernameKey, emailKey];

  return logins.map((login) => loginKey(login, network));
}

function loginKey(login: string, network: string | null): string {
  return `login:${network ?? 'anywhere'}:${digestOf(login)}`;
}

function accountKey(account: string, network: string | null): string {
  return `account:${network ?? 'anywhere'}:${digestOf(account)}`;
}

function networkKey(network: string): string {
  return `network:${network}`;
}

function knownKey(account: string, network: string): string {
  return `known:${network}:${digestOf(account)}`;
}
