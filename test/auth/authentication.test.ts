/** Why somebody is anonymous: what a person asks for whom `viewer` is null. */
import type { Plugin } from 'graphql-yoga';
import { expect, test } from 'vitest';

import type { Context } from '../../src/context.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { DAY } from '../support/clock.ts';
import { signed, tokenOf } from '../support/login.ts';

const AUTHENTICATION = `{
  viewer { username }
  authentication {
    isAuthenticated anonymousReason isFresh freshUntil
    session { isCurrent isRemembered device }
    accessToken { name scope }
  }
}`;
const GATED = 'mutation { createNote(input: { title: "Shopping" }) { __typename } }';

/** How a client comes to be anonymous. */
type Way = (app: TestApp) => Promise<TestClient>;

async function loggedIn(app: TestApp): Promise<TestClient> {
  return app.as(await app.createUser('ada'));
}

async function withCookie(app: TestApp, change: (cookie: string) => string): Promise<TestClient> {
  const client = await loggedIn(app);
  await client.setCookie(change((await client.cookie()) ?? ''));

  return client;
}

const ways: Record<string, readonly [reason: string, code: string, way: Way]> = {
  'no cookie': ['NO_COOKIE', 'UNAUTHENTICATED', async (app) => app.client()],
  'a cookie of another name alone': [
    'NO_COOKIE',
    'UNAUTHENTICATED',
    async (app) => {
      const client = app.client();
      client.headers['cookie'] = 'theme=dark';

      return client;
    },
  ],
  'a changed cookie': [
    'INVALID_COOKIE',
    'UNAUTHENTICATED',
    async (app) => withCookie(app, (cookie) => `${cookie.slice(0, -8)}AAAAAAAA`),
  ],
  'a cookie that is cut short': [
    'INVALID_COOKIE',
    'UNAUTHENTICATED',
    async (app) => withCookie(app, (cookie) => cookie.slice(0, -1)),
  ],
  'an empty cookie': [
    'INVALID_COOKIE',
    'UNAUTHENTICATED',
    async (app) => withCookie(app, () => ''),
  ],
  'two cookies': [
    'INVALID_COOKIE',
    'UNAUTHENTICATED',
    async (app) => {
      const client = await loggedIn(app);
      const cookie = await client.cookie();
      client.headers['cookie'] = `session=${cookie}; session=${cookie}`;

      return client;
    },
  ],
  'a cookie signed with a secret that nobody knows': [
    'INVALID_COOKIE',
    'UNAUTHENTICATED',
    async (app) => {
      const client = await loggedIn(app);
      await client.setCookie(signed(app, await tokenOf(client), 'z'.repeat(32)));

      return client;
    },
  ],
  'a session of a visitor who has not logged in': [
    'NOT_LOGGED_IN',
    'UNAUTHENTICATED',
    async (app) => {
      const client = await loggedIn(app);
      await app.orm.em.fork().nativeUpdate(Session, {}, { user: null, authenticatedAt: null });

      return client;
    },
  ],
  'a logout elsewhere': [
    'SESSION_ENDED',
    'SESSION_ENDED',
    async (app) => {
      const client = await loggedIn(app);
      await app.orm.em.fork().nativeDelete(Session, {});

      return client;
    },
  ],
  'the secret of another session': [
    'SESSION_ENDED',
    'SESSION_ENDED',
    async (app) => {
      const client = await loggedIn(app);
      const token = await tokenOf(client);
      await client.setCookie(signed(app, { ...token, secret: 'A'.repeat(43) }));

      return client;
    },
  ],
  'an expired session': [
    'SESSION_EXPIRED',
    'SESSION_EXPIRED',
    async (app) => {
      const client = await loggedIn(app);
      app.clock.advance(DAY);

      return client;
    },
  ],
  'a disabled account': [
    'ACCOUNT_DISABLED',
    'ACCOUNT_DISABLED',
    async (app) => {
      const client = await loggedIn(app);
      await app.orm.em.fork().nativeUpdate(User, {}, { disabledAt: app.clock() });

      return client;
    },
  ],
};

test.for(Object.entries(ways))(
  'the reason of %s is told, and the code of a refused field carries it',
  async ([, [anonymousReason, code, way]]) => {
    await using app = await createTestApp();
    const client = await way(app);

    const { data, errors } = await client.query(AUTHENTICATION);
    const refused = await client.query(GATED);

    expect(errors).toEqual([]);
    expect(data).toEqual({
      viewer: null,
      authentication: {
        isAuthenticated: false,
        anonymousReason,
        isFresh: false,
        freshUntil: null,
        session: null,
        accessToken: null,
      },
    });
    expect(refused.data).toEqual({ createNote: null });
    expect(refused.errors).toMatchObject([{ extensions: { code, anonymousReason } }]);
  },
);

test.for([
  ['a changed cookie', /not signed with any of SESSION_SECRETS/u],
  ['a cookie that is cut short', /form of a session cookie/u],
  ['two cookies', /more than one cookie named session/u],
] as const)('a log line tells why %s was not taken', async ([name, reason]) => {
  await using app = await createTestApp();
  const client = await ways[name]?.[2](app);

  await client?.query('{ viewer { id } }');

  expect(app.logged.filter(({ event }) => event === 'session_cookie_refused')).toEqual([
    expect.objectContaining({
      reason: expect.stringMatching(reason),
      requestId: expect.any(String),
    }),
  ]);
});

test('a visitor whose values are kept is NOT_LOGGED_IN from the second request on', async () => {
  const keepsValues: Plugin = {
    onExecute: ({ args }) => {
      (args.contextValue as unknown as Context).session.set('colour', 'green');
    },
  };
  await using app = await createTestApp({ plugins: [keepsValues] });
  const visitor = app.client();
  const REASON = '{ authentication { anonymousReason session { id } } }';

  expect((await visitor.query(REASON)).data.authentication).toEqual({
    anonymousReason: 'NO_COOKIE',
    session: null,
  });
  expect((await visitor.query(REASON)).data.authentication).toEqual({
    anonymousReason: 'NOT_LOGGED_IN',
    session: null,
  });
});

test('who is logged in is told by what', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user, { fresh: false, remembered: true });
  const program = await app.withToken(user, 'WRITE');
  const common = { isAuthenticated: true, anonymousReason: null, isFresh: false, freshUntil: null };

  expect((await ada.query(AUTHENTICATION)).data.authentication).toEqual({
    ...common,
    session: { isCurrent: true, isRemembered: true, device: null },
    accessToken: null,
  });
  expect((await program.query(AUTHENTICATION)).data.authentication).toEqual({
    ...common,
    session: null,
    accessToken: { name: 'test', scope: 'WRITE' },
  });
});
