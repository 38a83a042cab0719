/**
 * Who sends this request: Flask-Login's `user_loader` and `request_loader`. A browser shows the cookie of
 * a session, a program an access token. A bad cookie is an anonymous visitor; a bad token is an error,
 * because a program that shows one means to be somebody.
 */
import type { Context } from '../context.ts';
import { writeIfPossible } from '../database/write-if-possible.ts';
import { refusal } from '../graphql/errors.ts';
import { bearerTokenOf } from '../http/bearer.ts';
import { hashOf } from '../session/secret.ts';
import { isDisabled, type CurrentUser } from '../users/user.ts';
import { isAccessToken } from './access-token-text.ts';
import { AccessToken } from './access-token.ts';

/** How often, in milliseconds, it is written down that a token is in use. */
const TOUCH_INTERVAL = 60_000;

/** @throws {GraphQLError} UNAUTHENTICATED for a token that is unknown, expired, revoked, or of a disabled account */
export async function loadUser(context: Context): Promise<CurrentUser | null> {
  const text = bearerTokenOf(context.exchange);
  if (text === null) {
    return context.session.user;
  }

  const token = await findToken(context, text);
  if (!token) {
    context.exchange.answerHeaders.set('www-authenticate', 'Bearer error="invalid_token"');
    throw refusal('UNAUTHENTICATED', 'The access token is unknown, expired or revoked.');
  }
  if (!context.isContinued) {
    await touch(context, token);
  }
  context.accessToken = token;

  return token.user;
}

async function findToken({ em, clock }: Context, text: string): Promise<AccessToken | null> {
  if (!isAccessToken(text)) {
    return null;
  }
  const token = await em.findOne(
    AccessToken,
    { tokenHash: hashOf(text) },
    { populate: ['user'], strategy: 'joined' },
  );

  return token && !token.isExpired(clock()) && !isDisabled(token.user) ? token : null;
}

async function touch({ em, clock, log }: Context, token: AccessToken): Promise<void> {
  const now = clock();
  if (now.getTime() - (token.lastUsedAt?.getTime() ?? 0) >= TOUCH_INTERVAL) {
    token.lastUsedAt = now;
    await writeIfPossible(
      async () => em.flush(),
      (err) => log.warn({ event: 'token_use_not_written', err }, 'The use of a token is not noted'),
    );
  }
}
