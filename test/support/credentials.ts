/** Cookies and access tokens for the clients of the test kit, without a password. */
import { newAccessToken } from '../../src/auth/access-token-text.ts';
import { AccessToken, type AccessTokenScope } from '../../src/auth/access-token.ts';
import { createLocalChanges } from '../../src/database/changes.ts';
import { createExchange } from '../../src/http/exchange.ts';
import { RequestSession } from '../../src/session/request-session.ts';
import { hashOf } from '../../src/session/secret.ts';
import { createSessionCookie } from '../../src/session/session-cookie.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import type { TestApp } from './app.ts';

/** What kind of a session a client has. */
export interface SessionOptions {
  /** Whether the password was just given; true if nothing is said. */
  readonly fresh?: boolean;
  /** Whether the session outlives the browser; false if nothing is said. */
  readonly remembered?: boolean;
}

/** @returns the value of a session cookie */
export async function startSession(
  { config, orm, clock }: TestApp,
  user: User,
  { fresh = true, remembered = false }: SessionOptions = {},
): Promise<string> {
  const { secrets } = config.session;
  const cookie = createSessionCookie({ secrets, isSecure: config.isProduction });
  const exchange = createExchange(
    {
      method: 'POST',
      path: '/graphql',
      query: '',
      headers: {},
      address: null,
      body: null,
      signal: new AbortController().signal,
    },
    null,
  );
  const em = orm.em.fork();
  const changes = createLocalChanges();
  const request = { exchange, em, reader: { em }, changes, clock };
  const scope = { request, cookie, lifetimes: config.session };
  const session = new RequestSession(scope, { row: null, anonymousReason: 'NO_COOKIE' });

  const options = { isRemembered: remembered };
  const adopt = await session.start(em, em.getReference(User, user.id), options);
  const row = adopt();
  if (!fresh) {
    const authenticatedAt = new Date(clock().getTime() - config.session.freshFor);
    await em.nativeUpdate(Session, { id: row.id }, { authenticatedAt });
  }

  return /=([^;]*)/u.exec(exchange.answerCookies.get(cookie.name) ?? '')?.[1] ?? '';
}

/** @returns the text of an access token without an end */
export async function createToken(
  { orm, clock }: TestApp,
  user: User,
  scope: AccessTokenScope,
): Promise<string> {
  const text = newAccessToken();
  const em = orm.em.fork();
  em.create(AccessToken, {
    user: user.id,
    name: 'test',
    scope,
    tokenHash: hashOf(text),
    createdAt: clock(),
  });
  await em.flush();

  return text;
}
