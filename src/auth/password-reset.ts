/**
 * A new password for whoever has forgotten the old one, and reads the mail of the account's confirmed address.
 * Nobody else learns whether there is an account: asking writes a row, whatever the address, and that is all.
 */
import type { Context } from '../context.ts';
import { transact } from '../database/transact.ts';
import { InvalidTokenError } from '../graphql/errors.ts';
import { validInput } from '../graphql/input.ts';
import { endSessions } from '../session/user-sessions.ts';
import { User } from '../users/user.ts';
import { AccessToken } from './access-token.ts';
import { resetPasswordInput } from './credentials-input.ts';
import { findMailToken, takeMailToken } from './mail-tokens.ts';
import { putNotice } from './notices.ts';
import { requireMail } from './require-mail.ts';
import { throttleMail } from './throttle-mail.ts';
import { forgetAttempts } from './throttle.ts';

export type PasswordResetScope = Pick<
  Context,
  'changes' | 'clock' | 'em' | 'events' | 'exchange' | 'outbox' | 'passwords'
>;

/** @throws {GraphQLError} MAIL_UNAVAILABLE, RATE_LIMITED */
export async function requestPasswordReset(
  scope: PasswordResetScope,
  email: string,
): Promise<void> {
  const { em, outbox } = scope;
  requireMail(outbox);
  await throttleMail(scope, email);
  outbox.put(em, { kind: 'PASSWORD_RESET', recipient: email, userId: null });
  await em.flush();
  outbox.wake();
}

/**
 * Sets the password, and ends all sessions and access tokens: whoever knew the old one is out, and so is the
 * address that they may have given. Nobody is logged in. A password that is refused does not use the token up.
 *
 * @throws {InvalidTokenError} also when another request was quicker
 * @throws {InvalidInputError}
 */
export async function resetPassword(
  scope: PasswordResetScope,
  { token, newPassword }: { token: string; newPassword: string },
): Promise<User> {
  const { em, changes, outbox, passwords, events } = scope;
  passwords.makeSureOfRoom();
  const found = await findMailToken(scope, 'PASSWORD_RESET', token);
  const { user } = found;
  const { id, username, passwordHash: replaced, emailKey } = user;
  const rules = resetPasswordInput(passwords.minLength, username);
  const passwordHash = await passwords.hash(validInput(rules, { newPassword }).newPassword);

  const ended = await transact(em, async (tx) => {
    await takeMailToken(tx, found);
    const where = { id, passwordHash: replaced, emailKey, disabledAt: null };
    if ((await tx.nativeUpdate(User, where, { passwordHash, pendingEmail: null })) === 0) {
      throw new InvalidTokenError();
    }
    await tx.nativeDelete(AccessToken, { user: id });
    await forgetAttempts(tx, user);
    putNotice(scope, tx, user, 'PASSWORD_CHANGED');

    return endSessions({ em: tx, changes }, user);
  });
  outbox.wake();
  await events.record({
    type: 'PASSWORD_RESET',
    user,
    details: { endedSessions: ended.length },
  });

  return user;
}
