/** Whether a password belongs to a user name, or to a confirmed address. */
import { LockMode } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sqlite';

import type { AuthenticatedContext, Context } from '../context.ts';
import { InvalidCredentialsError } from '../graphql/errors.ts';
import { isDisabled, User } from '../users/user.ts';
import { isEmailAddress } from './email-address.ts';
import { forgiveAttempts, throttleAttempt, throttleOwnAttempt } from './throttle.ts';

/**
 * The user whom the credentials belong to.
 *
 * @throws {GraphQLError} RATE_LIMITED
 * @throws {InvalidCredentialsError} for an unknown user, a wrong password and a disabled account alike
 */
export async function verifyCredentials(
  context: Context,
  { username, password }: { username: string; password: string },
): Promise<User> {
  context.passwords.makeSureOfRoom();
  const login = username.toLowerCase();
  const account = await accountOf(context, login);
  const wait = await throttleAttempt(context, { login, account });
  const user = await context.em.findOne(
    User,
    { usernameKey: account },
    { populate: ['passwordHash'], refresh: true },
  );

  return verifyPassword(context, user, password, wait === 0);
}

/** By its address an account takes one query more to find, whether there is one or not. */
async function accountOf({ em }: Context, login: string): Promise<string> {
  const where = { emailKey: login };
  const options = { fields: ['usernameKey'], disableIdentityMap: true } as const;
  const user = isEmailAddress(login) ? await em.findOne(User, where, options) : null;

  return user?.usernameKey ?? login;
}

/**
 * The password of whoever is logged in, given again.
 *
 * @throws {GraphQLError} RATE_LIMITED
 * @throws {InvalidCredentialsError}
 */
export async function verifyOwnPassword(
  context: AuthenticatedContext,
  password: string,
): Promise<User> {
  const { em, currentUser, passwords } = context;
  passwords.makeSureOfRoom();
  await throttleOwnAttempt(context, currentUser);
  const where = { id: currentUser.id };
  const user = await em.findOne(User, where, { populate: ['passwordHash'], refresh: true });

  return verifyPassword(context, user, password);
}

/**
 * Does the same work, whatever is wrong: one hash, and one event.
 *
 * @param isAllowed false when no password is right at the moment
 */
async function verifyPassword(
  context: Context,
  user: User | null,
  password: string,
  isAllowed = true,
): Promise<User> {
  const { passwords, events, session } = context;
  const isRight = await isPasswordOf(context, isAllowed ? user : null, password);
  if (!user || !isRight || isDisabled(user)) {
    await events.record({ type: 'LOGIN_FAILED', user, sessionId: session.row?.id ?? null });
    throw new InvalidCredentialsError();
  }
  await forgiveAttempts(context, user);
  if (passwords.isOutdated(user.passwordHash) && !(await rehash(context, user, password))) {
    throw new InvalidCredentialsError();
  }

  return user;
}

/**
 * A password that was changed meanwhile stays: the hash is written here alone, and not with the next flush.
 *
 * @returns whether the password is right by what is stored now: another login may have hashed it anew meanwhile
 */
async function rehash(context: Context, user: User, password: string): Promise<boolean> {
  const { em, passwords } = context;
  const { id, passwordHash: outdated } = user;
  const passwordHash = await passwords.hash(password);
  if (await em.nativeUpdate(User, { id, passwordHash: outdated }, { passwordHash })) {
    em.merge(User, { id, passwordHash }, { refresh: true });
    return true;
  }
  const stored = await em.findOne(User, { id }, { populate: ['passwordHash'], refresh: true });

  return isPasswordOf(context, stored, password);
}

/** @param user null for nobody, whose password is never right */
async function isPasswordOf(
  { passwords, log }: Context,
  user: User | null,
  password: string,
): Promise<boolean> {
  return passwords.verify(user?.passwordHash ?? null, password, (error) => {
    log.error({ event: 'password_hash_broken', userId: user?.id, err: error }, 'A hash is broken');
  });
}

/**
 * Nobody changes the password that was verified, or disables the account, before the transaction is over. Whoever
 * does so afterwards ends the sessions that it has stored.
 *
 * @throws {InvalidCredentialsError} when somebody has done so already
 */
export async function holdPassword(
  tx: SqlEntityManager,
  { id, passwordHash }: User,
): Promise<void> {
  const where = { id, passwordHash, disabledAt: null };
  const lockMode = LockMode.PESSIMISTIC_READ;
  if (!(await tx.findOne(User, where, { lockMode, fields: ['id'], disableIdentityMap: true }))) {
    throw new InvalidCredentialsError();
  }
}
