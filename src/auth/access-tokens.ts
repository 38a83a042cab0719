/** Making and revoking access tokens. */
import type { SqlEntityManager } from '@mikro-orm/sqlite';

import type { AuthenticatedContext } from '../context.ts';
import { transact } from '../database/transact.ts';
import { LimitReachedError, NotFoundError } from '../graphql/errors.ts';
import { accountChange } from '../session/account-change.ts';
import { hashOf } from '../session/secret.ts';
import { newAccessToken } from './access-token-text.ts';
import { AccessToken, type AccessTokenScope } from './access-token.ts';
import { makeSureOfLogin } from './make-sure-of-login.ts';
import { putNotice } from './notices.ts';
import { recordForViewer } from './security-events.ts';

const DAY = 24 * 60 * 60 * 1000;

export interface NewAccessToken {
  /** Shown once, and stored nowhere. */
  readonly text: string;
  readonly accessToken: AccessToken;
}

/**
 * @throws {LimitReachedError}
 * @throws {GraphQLError} SESSION_ENDED when the session has ended meanwhile
 */
export async function createAccessToken(
  context: AuthenticatedContext,
  content: { name: string; scope: AccessTokenScope; expiresInDays: number },
): Promise<NewAccessToken> {
  const { em, clock, currentUser, outbox } = context;
  const { name, scope, expiresInDays } = content;
  const text = newAccessToken();
  const now = clock();

  const accessToken = await transact(em, async (tx) => {
    await makeSureOfLogin(context, tx);
    await checkRoom(context, tx);
    putNotice(context, tx, currentUser, 'ACCESS_TOKEN_CREATED');

    return tx.create(AccessToken, {
      user: currentUser.id,
      name,
      scope,
      tokenHash: hashOf(text),
      createdAt: now,
      expiresAt: new Date(now.getTime() + expiresInDays * DAY),
    });
  });
  outbox.wake();
  const details = { accessTokenId: accessToken.id, scope };
  await recordForViewer(context, 'ACCESS_TOKEN_CREATED', details);

  return { text, accessToken };
}

async function checkRoom(
  { currentUser, quotas }: AuthenticatedContext,
  tx: SqlEntityManager,
): Promise<void> {
  const limit = quotas.accessTokens;
  if ((await tx.count(AccessToken, { user: currentUser.id })) >= limit) {
    throw new LimitReachedError(
      limit,
      `You may keep ${limit} access tokens. Revoke some that you no longer need.`,
    );
  }
}

/**
 * @param id null for what is the id of no token
 * @throws {NotFoundError} also for somebody else's token
 */
export async function revokeAccessToken(
  context: AuthenticatedContext,
  id: string | null,
): Promise<string> {
  const { em, changes, currentUser } = context;
  const revoked = await em.nativeDelete(AccessToken, { id, user: currentUser.id });
  if (id === null || revoked === 0) {
    throw new NotFoundError('You have no such access token.');
  }
  await changes.publish(em, accountChange(currentUser.id));
  await recordForViewer(context, 'ACCESS_TOKEN_REVOKED', { accessTokenId: id });

  return id;
}
