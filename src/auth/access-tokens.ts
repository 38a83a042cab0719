/** Making and revoking access tokens. */
import type { AuthenticatedContext } from '../context.ts';
import { NotFoundError } from '../graphql/errors.ts';
import { hashOf } from '../session/secret.ts';
import { newAccessToken } from './access-token-text.ts';
import { AccessToken, type AccessTokenScope } from './access-token.ts';
import { putNotice } from './notices.ts';
import { recordForViewer } from './security-events.ts';

const DAY = 24 * 60 * 60 * 1000;

export interface NewAccessToken {
  /** Shown once, and stored nowhere. */
  readonly text: string;
  readonly accessToken: AccessToken;
}

export async function createAccessToken(
  context: AuthenticatedContext,
  content: { name: string; scope: AccessTokenScope; expiresInDays: number },
): Promise<NewAccessToken> {
  const { em, clock, currentUser, outbox } = context;
  const { name, scope, expiresInDays } = content;
  const text = newAccessToken();
  const now = clock();

  const accessToken = em.create(AccessToken, {
    user: currentUser,
    name,
    scope,
    tokenHash: hashOf(text),
    createdAt: now,
    expiresAt: new Date(now.getTime() + expiresInDays * DAY),
  });
  putNotice(context, em, currentUser, 'ACCESS_TOKEN_CREATED');
  await em.flush();
  outbox.wake();
  const details = { accessTokenId: accessToken.id, scope };
  await recordForViewer(context, 'ACCESS_TOKEN_CREATED', details);

  return { text, accessToken };
}

/**
 * @param id null for what is the id of no token
 * @throws {NotFoundError} also for somebody else's token
 */
export async function revokeAccessToken(
  context: AuthenticatedContext,
  id: string | null,
): Promise<string> {
  const { em, currentUser } = context;
  const revoked = await em.nativeDelete(AccessToken, { id, user: currentUser.id });
  if (id === null || revoked === 0) {
    throw new NotFoundError('You have no such access token.');
  }
  await recordForViewer(context, 'ACCESS_TOKEN_REVOKED', { accessTokenId: id });

  return id;
}
