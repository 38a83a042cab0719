/** Accounts: making one, and finding the one that credentials belong to. */
import { UniqueConstraintViolationException } from '@mikro-orm/core';

import type { Context } from '../context.ts';
import { InvalidCredentialsError, UsernameTakenError } from '../graphql/errors.ts';
import { User, usernameKey } from '../users/user.ts';

export interface NewAccount {
  readonly username: string;
  readonly password: string;
  readonly displayName?: string | null | undefined;
}

/** @throws {UsernameTakenError} also when another request takes the name at the same moment */
export async function createAccount(context: Context, account: NewAccount): Promise<User> {
  const { em, passwords, clock } = context;
  const { username, password, displayName = null } = account;
  const passwordHash = await passwords.hash(password);

  try {
    return await em.transactional(async (tx) =>
      tx.create(User, {
        username,
        usernameKey: usernameKey(username),
        displayName,
        passwordHash,
        createdAt: clock(),
      }),
    );
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException ? new UsernameTakenError() : error;
  }
}

/**
 * The user whom the credentials belong to. It does the same work, whatever is wrong.
 *
 * @throws {InvalidCredentialsError} for an unknown user, a wrong password and a disabled account alike
 */
export async function verifyCredentials(
  { em, passwords, log }: Context,
  { username, password }: { username: string; password: string },
): Promise<User> {
  const user = await em.findOne(
    User,
    { usernameKey: usernameKey(username) },
    { populate: ['passwordHash'] },
  );
  const isRight = await passwords.verify(user?.passwordHash ?? null, password, (error) => {
    log.error({ event: 'password_hash_broken', userId: user?.id, err: error }, 'A hash is broken');
  });
  if (!user || !isRight || user.isDisabled()) {
    throw new InvalidCredentialsError();
  }
  if (passwords.isOutdated(user.passwordHash)) {
    user.passwordHash = await passwords.hash(password);
    await em.flush();
  }

  return user;
}
