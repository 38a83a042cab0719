/**
 * Addresses: a new one is good for nothing until its owner has confirmed it, and the old one stays until then.
 * Whether an address belongs to somebody is told to its owner alone, by mail.
 */
import { UniqueConstraintViolationException } from '@mikro-orm/core';

import type { AuthenticatedContext, Context } from '../context.ts';
import { transact } from '../database/transact.ts';
import { InvalidTokenError, NotFoundError } from '../graphql/errors.ts';
import { User, type CurrentUser } from '../users/user.ts';
import { emailKey, isSameAddress } from './email-address.ts';
import { showChange } from './identity.ts';
import { MailToken } from './mail-token.ts';
import { findMailToken, takeMailToken } from './mail-tokens.ts';
import { makeSureOfLogin } from './make-sure-of-login.ts';
import { putNotice } from './notices.ts';
import { requireMail } from './require-mail.ts';
import { recordForViewer } from './security-events.ts';
import { throttleMail } from './throttle-mail.ts';

/**
 * The address is to be confirmed, and an earlier one waits no longer. The old address is told.
 *
 * @throws {GraphQLError} MAIL_UNAVAILABLE, RATE_LIMITED; SESSION_ENDED when the session has ended meanwhile
 */
export async function requestEmailChange(
  context: AuthenticatedContext,
  email: string,
): Promise<CurrentUser> {
  const { em, outbox, currentUser } = context;
  requireMail(outbox);
  await throttleMail(context, email, currentUser);
  const { id } = currentUser;
  if (isSameAddress(currentUser.email, email)) {
    await em.nativeUpdate(User, { id }, { pendingEmail: null });

    return showChange(context, { pendingEmail: null });
  }
  await transact(em, async (tx) => {
    await makeSureOfLogin(context, tx);
    await tx.nativeUpdate(User, { id }, { pendingEmail: email });
    outbox.put(tx, { kind: 'EMAIL_VERIFICATION', recipient: email, userId: id });
    putNotice(context, tx, currentUser, 'EMAIL_CHANGE_REQUESTED');
  });
  outbox.wake();
  await recordForViewer(context, 'EMAIL_CHANGE_REQUESTED');

  return showChange(context, { pendingEmail: email });
}

/**
 * @throws {NotFoundError} when the address does not wait to be confirmed
 * @throws {GraphQLError} MAIL_UNAVAILABLE, RATE_LIMITED; SESSION_ENDED when the session has ended meanwhile
 */
export async function resendEmailVerification(
  context: AuthenticatedContext,
  email: string,
): Promise<CurrentUser> {
  const { em, outbox, currentUser } = context;
  const { id, pendingEmail } = currentUser;
  requireMail(outbox);
  if (pendingEmail == null || !isSameAddress(pendingEmail, email)) {
    throw new NotFoundError('This address does not wait to be confirmed.');
  }
  await throttleMail(context, pendingEmail, currentUser);
  await transact(em, async (tx) => {
    await makeSureOfLogin(context, tx);
    outbox.put(tx, { kind: 'EMAIL_VERIFICATION', recipient: pendingEmail, userId: id });
  });
  outbox.wake();

  return currentUser;
}

/**
 * A confirmed address is told that it is not in use any more.
 *
 * @throws {NotFoundError} when it is not theirs
 * @throws {GraphQLError} SESSION_ENDED when the session has ended meanwhile
 */
export async function removeEmail(
  context: AuthenticatedContext,
  email: string,
): Promise<CurrentUser> {
  const { em, outbox, currentUser } = context;
  const isConfirmed = isSameAddress(currentUser.email, email);
  const isPending = isSameAddress(currentUser.pendingEmail, email);
  const { id, emailKey: confirmed, pendingEmail: pending } = currentUser;
  const where = {
    id,
    ...(isConfirmed && { emailKey: confirmed }),
    ...(isPending && { pendingEmail: pending }),
  };
  const change = {
    ...(isConfirmed && { email: null, emailKey: null }),
    ...(isPending && { pendingEmail: null }),
  };
  await transact(em, async (tx) => {
    await makeSureOfLogin(context, tx);
    const isTheirs = isConfirmed || isPending;
    // Another request may have changed it meanwhile.
    if (!isTheirs || (await tx.nativeUpdate(User, where, change)) === 0) {
      throw new NotFoundError('You have no such address.');
    }
    if (isConfirmed) {
      putNotice(context, tx, currentUser, 'EMAIL_CHANGED');
    }
  });
  outbox.wake();
  await recordForViewer(context, 'EMAIL_CHANGED');

  return showChange(context, change);
}

export type EmailScope = Pick<Context, 'clock' | 'em' | 'events' | 'exchange' | 'outbox'>;

/**
 * Whoever has the token has the mail, and so the address.
 *
 * @returns whose address it is now
 * @throws {InvalidTokenError} also when another account has confirmed the address meanwhile
 */
export async function verifyEmail(scope: EmailScope, token: string): Promise<User> {
  const { em, outbox, events } = scope;
  const found = await findMailToken(scope, 'EMAIL_VERIFICATION', token);
  const { user, email } = found;
  const where = { id: user.id, pendingEmail: email, emailKey: user.emailKey, disabledAt: null };
  const change = { email, emailKey: emailKey(email), pendingEmail: null };

  try {
    await transact(em, async (tx) => {
      await takeMailToken(tx, found);
      if ((await tx.nativeUpdate(User, where, change)) === 0) {
        throw new InvalidTokenError();
      }
      await tx.nativeDelete(MailToken, { user: user.id });
      putNotice(scope, tx, user, 'EMAIL_CHANGED');
    });
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException ? new InvalidTokenError() : error;
  }
  outbox.wake();
  await em.refresh(user);
  await events.record({ type: 'EMAIL_CHANGED', user });

  return user;
}
