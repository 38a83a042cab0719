import { expect, test } from 'vitest';

import { AccessToken } from '../../src/auth/access-token.ts';
import { loadConfig } from '../../src/config.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { DAY, MINUTE } from '../support/clock.ts';
import { login, register, tokenOf, viewerOf } from '../support/login.ts';

const CREATE_TOKEN = 'mutation { createAccessToken(input: { name: "script" }) { __typename } }';
const DELETE_ACCOUNT = 'mutation { deleteAccount(input: { username: "ada" }) { __typename } }';
const CONFIRM = `mutation ($password: String!) {
  confirmPassword(input: { password: $password }) {
    __typename
    ... on ConfirmPasswordSuccess { authentication { isFresh freshUntil } }
    ... on UserError { code }
  }
}`;
const FRESHNESS = '{ authentication { isAuthenticated isFresh freshUntil } }';

async function freshnessOf(client: TestClient): Promise<unknown> {
  const { data } = await client.query(FRESHNESS);

  return data.authentication;
}

async function onlySession({ orm }: TestApp): Promise<Session> {
  return orm.em.fork().findOneOrFail(Session, { id: { $ne: null } });
}

test.each(['login', 'register'])(
  '[B8] a session is fresh for ten minutes after %s',
  async (beginning) => {
    await using app = await createTestApp();
    const ada = app.client();
    if (beginning === 'login') {
      await app.createUser('ada');
      await login(ada, 'ada');
    } else {
      await register(ada, { username: 'ada' });
    }
    const freshUntil = new Date(app.clock().getTime() + 10 * MINUTE).toISOString();

    app.clock.advance(10 * MINUTE - 1);
    expect(await freshnessOf(ada)).toEqual({ isAuthenticated: true, isFresh: true, freshUntil });
    expect((await ada.query(CREATE_TOKEN)).errors).toEqual([]);

    app.clock.advance(1);
    expect(await freshnessOf(ada)).toEqual({
      isAuthenticated: true,
      isFresh: false,
      freshUntil: null,
    });
    const { errors } = await ada.query(CREATE_TOKEN);
    expect(errors).toMatchObject([{ extensions: { code: 'REAUTHENTICATION_REQUIRED' } }]);
    expect(await app.orm.em.fork().count(AccessToken)).toBe(1);
  },
);

test('how long a session is fresh is a setting', async () => {
  const { session } = loadConfig({ DATABASE_URL: 'sqlite::memory:' });
  await using app = await createTestApp({ config: { session: { ...session, freshFor: MINUTE } } });
  const ada = await app.as(await app.createUser('ada'));
  app.clock.advance(MINUTE - 1);
  expect(await freshnessOf(ada)).toMatchObject({ isFresh: true });

  app.clock.advance(1);
  expect(await freshnessOf(ada)).toMatchObject({ isFresh: false });
});

test.each([CREATE_TOKEN, DELETE_ACCOUNT])(
  '[B8] who is not fresh is told which mutation helps, and nothing is done: %s',
  async (mutation) => {
    await using app = await createTestApp();
    const ada = await app.as(await app.createUser('ada'), { fresh: false });

    const { status, errors } = await ada.query(mutation);

    expect(status).toBe(200);
    expect(errors).toMatchObject([
      { extensions: { code: 'REAUTHENTICATION_REQUIRED', mutation: 'confirmPassword' } },
    ]);
    expect(await app.orm.em.fork().count(User)).toBe(1);
    expect(await app.orm.em.fork().count(AccessToken)).toBe(0);
  },
);

test('[A6] [B8] a confirmed password makes the session fresh, and changes its token', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'), { fresh: false });
  const before = await tokenOf(ada);
  const { secretHash, expiresAt } = await onlySession(app);

  const { data, headers } = await ada.query(CONFIRM, { password: PASSWORD });

  expect(data.confirmPassword).toEqual({
    __typename: 'ConfirmPasswordSuccess',
    authentication: {
      isFresh: true,
      freshUntil: new Date(app.clock().getTime() + 10 * MINUTE).toISOString(),
    },
  });
  expect(headers.getSetCookie()).toHaveLength(1);
  expect(await tokenOf(ada)).toEqual({
    id: before.id,
    secret: expect.not.stringMatching(before.secret),
  });
  expect(await onlySession(app)).toMatchObject({
    id: before.id,
    previousSecretHash: secretHash,
    authenticatedAt: app.clock(),
    expiresAt,
  });
  expect(app.events.map(({ type }) => type)).toEqual(['PASSWORD_CONFIRMED']);
  expect((await ada.query(CREATE_TOKEN)).errors).toEqual([]);
});

test('[B8] the fields that follow a confirmed password in the same operation are let through', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'), { fresh: false });

  const { data, errors } = await ada.query(`mutation {
    before: createAccessToken(input: { name: "before" }) { __typename }
    confirmPassword(input: { password: "${PASSWORD}" }) { __typename }
    after: createAccessToken(input: { name: "after" }) { __typename }
  }`);

  expect(data).toEqual({
    before: null,
    confirmPassword: { __typename: 'ConfirmPasswordSuccess' },
    after: { __typename: 'CreateAccessTokenSuccess' },
  });
  expect(errors).toMatchObject([{ path: ['before'] }]);
});

test('[B8] a wrong password changes nothing: not the session, not its cookie, not its freshness', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'), { fresh: false });
  const before = await onlySession(app);

  const { data, headers } = await ada.query(CONFIRM, { password: 'not the password' });

  expect(data.confirmPassword).toEqual({
    __typename: 'InvalidCredentialsError',
    code: 'INVALID_CREDENTIALS',
  });
  expect(headers.getSetCookie()).toEqual([]);
  expect(await onlySession(app)).toEqual(before);
  expect(await freshnessOf(ada)).toMatchObject({ isAuthenticated: true, isFresh: false });
  expect(app.events.map(({ type }) => type)).toEqual(['LOGIN_FAILED']);
});

test('[B8] a remembered session that comes back the next day is logged in, and not fresh', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'), { remembered: true });
  app.clock.advance(DAY);

  expect(await freshnessOf(ada)).toEqual({
    isAuthenticated: true,
    isFresh: false,
    freshUntil: null,
  });
  expect((await ada.query(DELETE_ACCOUNT)).errors).toMatchObject([
    { extensions: { code: 'REAUTHENTICATION_REQUIRED' } },
  ]);
  expect(await viewerOf(ada)).toBe('ada');
});

test('[B8] use does not make a session fresh', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  for (let minute = 0; minute < 10; minute += 1) {
    app.clock.advance(MINUTE);
    await viewerOf(ada);
  }

  expect(await freshnessOf(ada)).toMatchObject({ isFresh: false });
});
