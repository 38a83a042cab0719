/**
 * How often a password may be tried, and a mail asked for.
 *
 * Each attempt is poured into buckets that leak: one of the account, one of the network that it comes from.
 * A full bucket refuses until it has leaked enough, so there is a delay, and never a lock. Whoever pours
 * from elsewhere cannot keep the owner out, because a network from which the account has logged in before
 * has a bucket of its own. Buckets are rows: they hold for all processes, and over a restart. (The generic
 * cell rate algorithm, in one statement.)
 */
import { sql } from 'kysely';

import type { Context } from '../context.ts';
import { rateLimited } from '../graphql/errors.ts';
import { networkOf } from '../http/client-address.ts';
import type { User } from '../users/user.ts';
import { emailKey, isEmailAddress } from './email-address.ts';
import { ThrottleBucket } from './throttle-bucket.ts';

/** How many attempts at once, and how many milliseconds for each one after. */
interface Allowance {
  readonly burst: number;
  readonly interval: number;
}

const perAccount: Allowance = { burst: 10, interval: 60_000 };
const perNetwork: Allowance = { burst: 50, interval: 10_000 };

/** Mails to one address, mails that one user asks for, and those that one network does. */
const perMailbox: Allowance = { burst: 3, interval: 10 * 60_000 };
const perSender: Allowance = { burst: 5, interval: 10 * 60_000 };
const perMailNetwork: Allowance = { burst: 20, interval: 60_000 };

/** How long, in milliseconds, a network is remembered from which somebody has logged in. */
const KNOWN_FOR = 90 * 24 * 60 * 60 * 1000;

/** What counting an attempt needs to know. */
export type ThrottleScope = Pick<Context, 'clock' | 'em' | 'events' | 'exchange'>;

/** At whose password an attempt is. */
export interface Attempt {
  /** What the account was called, in lower case: its user name or its address. */
  readonly login: string;
  /** The lower-case user name of the account; the same as `login` when there is none. */
  readonly account: string;
}

/**
 * Counts one attempt at the password of an account, before anything is hashed.
 *
 * An account has two names, and one allowance for both. It refuses in silence: if it said so, a full bucket would
 * tell whose address it is. By one name alone, the bucket of the name is full first, and says so.
 *
 * @returns 0, or for how many milliseconds the account has no allowance left: nobody is to be let in
 * @throws {GraphQLError} RATE_LIMITED, whether or not there is such an account
 */
export async function throttleAttempt(
  scope: ThrottleScope,
  { login, account }: Attempt,
): Promise<number> {
  const network = networkOfClient(scope);
  const isKnown = network !== null && (await isInUse(scope, knownKey(account, network)));
  const place = isKnown ? network : null;
  const waitForLogin = await pour(scope, loginKey(login, place), perAccount);
  const waitForNetwork = network === null ? 0 : await pour(scope, networkKey(network), perNetwork);
  const details = { account: isEmailAddress(login) ? '(an address)' : login };
  await refuseUntil(scope, Math.max(waitForLogin, waitForNetwork), details);

  return pour(scope, accountKey(account, place), perAccount);
}

/**
 * Counts an attempt of somebody who is logged in at their own password.
 *
 * @throws {GraphQLError} RATE_LIMITED
 */
export async function throttleOwnAttempt(scope: ThrottleScope, user: User): Promise<void> {
  const account = user.usernameKey;
  const wait = await throttleAttempt(scope, { login: account, account });
  await refuseUntil(scope, wait, { account });
}

/**
 * Counts a mail that somebody asks for.
 *
 * @param sender who is logged in; nobody if nothing is said
 * @throws {GraphQLError} RATE_LIMITED, whoever has the address
 */
export async function throttleMail(
  scope: ThrottleScope,
  address: string,
  sender: User | null = null,
): Promise<void> {
  const network = networkOfClient(scope);
  const wait = Math.max(
    await pour(scope, `mail:${emailKey(address)}`, perMailbox),
    sender ? await pour(scope, `sender:${sender.id}`, perSender) : 0,
    network === null ? 0 : await pour(scope, `mail-network:${network}`, perMailNetwork),
  );
  if (wait > 0) {
    await scope.events.record({ type: 'MAIL_THROTTLED', user: sender });
    throw rateLimited(Math.ceil(wait / 1000));
  }
}

/**
 * Counts an attempt that concerns no account yet.
 *
 * @throws {GraphQLError} RATE_LIMITED
 */
export async function throttleNetwork(context: ThrottleScope): Promise<void> {
  const network = networkOfClient(context);
  if (network !== null) {
    await refuseUntil(context, await pour(context, networkKey(network), perNetwork), {});
  }
}

/**
 * A password was right: the account's bucket is emptied, the attempt is taken out of the network's, because
 * many may live behind one address, and the network is known to the account from now on.
 */
export async function forgiveAttempts(
  context: Omit<ThrottleScope, 'events'>,
  user: User,
): Promise<void> {
  const { em, clock } = context;
  const account = user.usernameKey;
  const network = networkOfClient(context);
  const logins = [account, ...(user.emailKey == null ? [] : [user.emailKey])];
  const places = [null, ...(network === null ? [] : [network])];
  const keys = places
    .flatMap((place) => logins.map((login) => loginKey(login, place)))
    .concat(places.map((place) => accountKey(account, place)));
  if (network !== null) {
    const emptyAt = clock().getTime() + KNOWN_FOR;
    await em.upsert(ThrottleBucket, { key: knownKey(account, network), emptyAt });
    await takeOut(context, networkKey(network), perNetwork);
  }
  await em.nativeDelete(ThrottleBucket, { key: { $in: keys } });
}

async function refuseUntil(
  context: Pick<Context, 'events'>,
  wait: number,
  details: object,
): Promise<void> {
  if (wait > 0) {
    await context.events.record({ type: 'LOGIN_THROTTLED', user: null, details: { ...details } });
    throw rateLimited(Math.ceil(wait / 1000));
  }
}

/**
 * Pours one attempt into a bucket, atomically.
 *
 * @returns 0, or for how many milliseconds the bucket has no room
 */
async function pour(
  { em, clock }: Pick<Context, 'clock' | 'em'>,
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

async function takeOut(
  { em }: Pick<Context, 'em'>,
  key: string,
  { interval }: Allowance,
): Promise<void> {
  await sql`update throttle_bucket set empty_at = empty_at - ${interval} where key = ${key}`.execute(
    em.getKysely(),
  );
}

async function isInUse(
  { em, clock }: Pick<Context, 'clock' | 'em'>,
  key: string,
): Promise<boolean> {
  return (await em.count(ThrottleBucket, { key, emptyAt: { $gt: clock().getTime() } })) > 0;
}

function networkOfClient({ exchange: { address } }: Pick<Context, 'exchange'>): string | null {
  return address === null ? null : networkOf(address);
}

/** What a client has made up stands last, so that no user name looks like another bucket. */
function loginKey(login: string, network: string | null): string {
  return `login:${network ?? 'anywhere'}:${login}`;
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
