/**
 * The tokens in mails: 32 random bytes, of which the hash alone is stored. A token is made when its mail is sent,
 * so that it stands nowhere else; it works once, for a while, for one purpose and one user, and only as long as
 * what it was sent for is still so.
 */
import type { EntityManager } from '@mikro-orm/core';

import type { Context } from '../context.ts';
import { InvalidTokenError } from '../graphql/errors.ts';
import { hashOf, newSecret } from '../session/secret.ts';
import { isDisabled, type User } from '../users/user.ts';
import { MailToken, type MailTokenPurpose } from './mail-token.ts';

const HOUR = 60 * 60 * 1000;

/** In milliseconds. */
const LIFETIMES: Readonly<Record<MailTokenPurpose, number>> = {
  EMAIL_VERIFICATION: 24 * HOUR,
  PASSWORD_RESET: HOUR,
};

/**
 * Makes a token. One that the user has had for the purpose is worth nothing from now on.
 *
 * @param user with the password's hash
 * @returns its text
 */
export async function createMailToken(
  { em, clock }: Pick<Context, 'clock'> & { em: EntityManager },
  user: User,
  purpose: MailTokenPurpose,
  email: string,
): Promise<string> {
  const token = newSecret();
  await em.upsert(MailToken, {
    user: user.id,
    purpose,
    tokenHash: hashOf(token),
    email,
    passwordDigest: digestFor(purpose, user),
    expiresAt: new Date(clock().getTime() + LIFETIMES[purpose]),
  });

  return token;
}

/**
 * Looks at a token without using it up.
 *
 * @returns it, with its user and their password's hash
 * @throws {InvalidTokenError} whatever is wrong with it
 */
export async function findMailToken(
  { em, clock }: Pick<Context, 'clock' | 'em'>,
  purpose: MailTokenPurpose,
  token: string,
): Promise<MailToken> {
  const found = await em.findOne(
    MailToken,
    { tokenHash: hashOf(token), purpose },
    { populate: ['user.passwordHash'], refresh: true },
  );
  if (!found || clock() >= found.expiresAt || !isStillSo(found)) {
    throw new InvalidTokenError();
  }

  return found;
}

/**
 * Uses a token up. Of two who try at once, one succeeds.
 *
 * @param em of the transaction that does what the token is for
 * @throws {InvalidTokenError} when it is used up already
 */
export async function takeMailToken(
  em: EntityManager,
  { user, purpose, tokenHash }: MailToken,
): Promise<void> {
  if ((await em.nativeDelete(MailToken, { user: user.id, purpose, tokenHash })) !== 1) {
    throw new InvalidTokenError();
  }
}

function isStillSo({ user, purpose, email, passwordDigest }: MailToken): boolean {
  const current = purpose === 'PASSWORD_RESET' ? user.email : user.pendingEmail;

  return !isDisabled(user) && email === current && passwordDigest === digestFor(purpose, user);
}

/** Whoever has confirmed an address may change the password meanwhile. */
function digestFor(purpose: MailTokenPurpose, { passwordHash }: User): string | null {
  return purpose === 'PASSWORD_RESET' ? hashOf(passwordHash) : null;
}
