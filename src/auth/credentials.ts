/** Whether a user name and a password belong together. */
import type { AuthenticatedContext, Context } from '../context.ts';
import { InvalidCredentialsError } from '../graphql/errors.ts';
import { User, usernameKey } from '../users/user.ts';
import { forgiveAttempts, throttleAttempt } from './throttle.ts';

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
  await throttleAttempt(context, username);
  const user = await context.em.findOne(
    User,
    { usernameKey: usernameKey(username) },
    { populate: ['passwordHash'] },
  );

  return verifyPassword(context, user, password);
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
  await throttleAttempt(context, currentUser.username);
  await em.populate(currentUser, ['passwordHash']);

  return verifyPassword(context, currentUser, password);
}

/** Does the same work, whatever is wrong: one hash, and one event. */
async function verifyPassword(
  context: Context,
  user: User | null,
  password: string,
): Promise<User> {
  const { passwords, events, session, log } = context;
  const isRight = await passwords.verify(user?.passwordHash ?? null, password, (error) => {
    log.error({ event: 'password_hash_broken', userId: user?.id, err: error }, 'A hash is broken');
  });
  if (!user || !isRight || user.isDisabled()) {
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
