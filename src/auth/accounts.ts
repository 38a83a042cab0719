/** Accounts: making one, changing it, and deleting it. */
import { UniqueConstraintViolationException } from '@mikro-orm/core';

import type { AuthenticatedContext, Context } from '../context.ts';
import { transact } from '../database/transact.ts';
import { InvalidCredentialsError, UsernameTakenError } from '../graphql/errors.ts';
import { OutboxMail } from '../mail/outbox-mail.ts';
import { accountChange, accountDeleted } from '../session/account-change.ts';
import { endSessions, othersThan } from '../session/user-sessions.ts';
import { User, usernameKey, type CurrentUser } from '../users/user.ts';
import { showChange, takeOverLogin } from './identity.ts';
import type { AccountOutbox } from './mail-kinds.ts';
import { makeSureOfLogin } from './make-sure-of-login.ts';
import { putNotice } from './notices.ts';
import type { Passwords } from './passwords.ts';
import { recordForViewer } from './security-events.ts';

export interface NewAccount {
  readonly username: string;
  readonly password: string;
  readonly displayName?: string | null | undefined;
  /** Its owner is sent a mail to confirm it; if it is somebody else's, that one is sent another. */
  readonly email?: string | null | undefined;
}

/** @throws {UsernameTakenError} also when another request takes the name at the same moment */
export async function createAccount(
  scope: Pick<Context, 'em' | 'clock'> & {
    readonly passwords: Pick<Passwords, 'hash'>;
    readonly outbox?: AccountOutbox;
  },
  { username, password, displayName = null, email = null }: NewAccount,
): Promise<User> {
  const { em, passwords, clock, outbox } = scope;
  const passwordHash = await passwords.hash(password);

  try {
    const user = await transact(em, async (tx) => {
      const created = tx.create(User, {
        username,
        usernameKey: usernameKey(username),
        displayName,
        passwordHash,
        pendingEmail: email,
        createdAt: clock(),
      });
      await tx.flush();
      if (email !== null) {
        const mail = { kind: 'EMAIL_VERIFICATION', recipient: email, userId: created.id } as const;
        outbox?.put(tx, mail);
      }

      return created;
    });
    outbox?.wake();

    return user;
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException ? new UsernameTakenError() : error;
  }
}

/**
 * Other sessions end, and whoever has a copy of the cookie is out, in the same transaction. The hash is replaced
 * only if it is still the one that the current password was checked against: it may have been changed meanwhile,
 * by its owner, or by an operator.
 *
 * @param verified the current user, with the hash that the current password was checked against
 * @throws {InvalidCredentialsError}
 * @throws {GraphQLError} SESSION_ENDED when the session has ended meanwhile
 */
export async function changePassword(
  context: AuthenticatedContext,
  { id, passwordHash: verified }: User,
  password: string,
): Promise<CurrentUser> {
  const { em, passwords, currentUser, session, outbox, changes } = context;
  const passwordHash = await passwords.hash(password);
  const mine = { id, passwordHash: verified, disabledAt: null };
  // An address that waits may have been given by somebody who knew the old password.
  const change = { passwordHash, pendingEmail: null };
  const becomeFresh = await transact(em, async (tx) => {
    if ((await tx.nativeUpdate(User, mine, change)) === 0) {
      throw new InvalidCredentialsError();
    }
    putNotice(context, tx, currentUser, 'PASSWORD_CHANGED');
    await endSessions({ em: tx, changes }, currentUser, othersThan(session.row));

    return takeOverLogin(context, tx);
  });
  becomeFresh();
  outbox.wake();
  await recordForViewer(context, 'PASSWORD_CHANGED');

  return showChange(context, { pendingEmail: null });
}

export async function updateProfile(
  context: AuthenticatedContext,
  profile: { displayName: string | null },
): Promise<CurrentUser> {
  await context.em.nativeUpdate(User, { id: context.currentUser.id }, profile);

  return showChange(context, profile);
}

/**
 * Sessions, tokens, events, notes and mails go with the account: the database sees to it, in one transaction.
 *
 * @throws {GraphQLError} SESSION_ENDED when the session has ended meanwhile
 */
export async function deleteAccount(context: AuthenticatedContext): Promise<void> {
  const { em, changes, currentUser, events } = context;
  await transact(em, async (tx) => {
    await makeSureOfLogin(context, tx);
    await tx.nativeDelete(OutboxMail, { userId: currentUser.id });
    await tx.nativeDelete(User, { id: currentUser.id });
    await changes.publish(tx, accountChange(currentUser.id), accountDeleted(currentUser.id));
  });
  await events.record({ type: 'ACCOUNT_DELETED', user: currentUser });
}
