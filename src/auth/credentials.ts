/** Whether a password belongs to a user name, or to a confirmed address. */
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
  const { passwords, events, session, log } = context;
  const passwordHash = isAllowed && user ? user.passwordHash : null;
  const isRight = await passwords.verify(passwordHash, password, (error) => {
    log.error({ event: 'password_hash_broken', userId: user?.id, err: error }, 'A hash is broken');
  });
  if (!user || !isRight || isDisabled(user)) {
    await events.record({ type: 'LOGIN_FAILED', user, sessionId: session.row?.id ?? null });
    throw new InvalidCredentialsError();
  }
  await forgiveAttempts(context, user);
  if (passwords.isOutdated(user.passwordHash)) {
    await rehash(context, user, password);
  }

  return user;
}

/** A password that was changed meanwhile stays: the hash is written here alone, and not with the next flush. */
async function rehash({ em, passwords }: Context, user: User, password: string): Promise<void> {
  const { id, passwordHash: outdated } = user;
  const passwordHash = await passwords.hash(password);
  if (await em.nativeUpdate(User, { id, passwordHash: outdated }, { passwordHash })) {
    em.merge(User, { id, passwordHash }, { refresh: true });
  }
}

/**
 * Whether the password that was verified is still the user's, and the account still in use. It is asked
 * once the session is stored: who changes the password ends the sessions afterwards, so that one of the two
 * sees the other.
 */
export async function isStillTheirPassword(
  { em }: Context,
  { id, passwordHash }: User,
): Promise<boolean> {
  return (await em.count(User, { id, passwordHash, disabledAt: null })) > 0;
}
