import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { DAY } from '../support/clock.ts';
import { LOGIN, tokenOf, viewerOf } from '../support/login.ts';

const SESSIONS = '{ viewer { sessions { nodes { id isCurrent isRemembered } } } }';
const END = `mutation ($id: ID!) {
  endSession(input: { id: $id }) {
    ... on EndSessionSuccess { endedSessionId }
    ... on UserError { code message }
  }
}`;

function logout(scope: string): string {
  return `mutation { logout(input: { scope: ${scope} }) { endedSessionIds } }`;
}

async function threeOf(app: TestApp) {
  const user = await app.createUser('ada');
  const [laptop, phone] = [await app.as(user), await app.as(user)];
  const eve = await app.as(await app.createUser('eve'));

  return { laptop, phone, eve };
}

async function viewersOf(clients: Readonly<Record<string, TestClient>>) {
  const entries = Object.entries(clients).map(
    async ([name, client]) => [name, await viewerOf(client)] as const,
  );

  return Object.fromEntries(await Promise.all(entries));
}

async function idOf(client: TestClient): Promise<string> {
  const { data } = await client.query('{ authentication { session { id } } }');

  return data.authentication.session.id;
}

test.each([
  ['THIS_SESSION', { laptop: null, phone: 'ada', eve: 'eve' }, 1],
  ['OTHER_SESSIONS', { laptop: 'ada', phone: null, eve: 'eve' }, 1],
  ['ALL_SESSIONS', { laptop: null, phone: null, eve: 'eve' }, 2],
])('[A7] a logout from %s ends those and no others', async (scope, viewers, ended) => {
  await using app = await createTestApp();
  const clients = await threeOf(app);

  const { data } = await clients.laptop.query(logout(scope));

  expect(data.logout.endedSessionIds).toHaveLength(ended);
  expect(await viewersOf(clients)).toEqual(viewers);
  expect(await app.orm.em.fork().count(Session)).toBe(3 - ended);
});

test.each(['THIS_SESSION', 'OTHER_SESSIONS', 'ALL_SESSIONS'])(
  '[A7] a logout from %s without a session succeeds, and ends nothing',
  async (scope) => {
    await using app = await createTestApp();
    await threeOf(app);

    const { data, errors } = await app.client().query(logout(scope));

    expect({ data, errors }).toEqual({ data: { logout: { endedSessionIds: [] } }, errors: [] });
    expect(await app.orm.em.fork().count(Session)).toBe(3);
  },
);

test('[A10] the list has all of one’s own sessions, nobody else’s, and no token or digest', async () => {
  await using app = await createTestApp();
  const { laptop, phone } = await threeOf(app);

  const { data, text } = await laptop.query(SESSIONS);

  const nodes: { id: string; isCurrent: boolean }[] = data.viewer.sessions.nodes;
  expect(nodes.map(({ id }) => id).toSorted()).toEqual(
    [await idOf(laptop), await idOf(phone)].toSorted(),
  );
  expect(nodes.filter(({ isCurrent }) => isCurrent).map(({ id }) => id)).toEqual([
    await idOf(laptop),
  ]);
  const rows = await app.orm.em.fork().find(Session, { id: { $ne: null } });
  const secrets = [
    ...rows.map(({ secretHash }) => secretHash),
    (await tokenOf(laptop)).secret,
    (await tokenOf(phone)).secret,
  ];
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

test.each(['secretHash', 'previousSecretHash', 'secret', 'data', 'userAgent'])(
  '[A10] a session has no field %s',
  async (field) => {
    await using app = await createTestApp();
    const { laptop } = await threeOf(app);

    const { errors } = await laptop.query(`{ viewer { sessions { nodes { ${field} } } } }`);

    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  },
);

test('[A10] another one of one’s own sessions can be ended, and is anonymous at once', async () => {
  await using app = await createTestApp();
  const clients = await threeOf(app);
  const id = await idOf(clients.phone);

  const { data } = await clients.laptop.query(END, { id });

  expect(data.endSession).toEqual({ endedSessionId: id });
  expect(await viewersOf(clients)).toEqual({ laptop: 'ada', phone: null, eve: 'eve' });
});

test('[A10] ending the current session logs out', async () => {
  await using app = await createTestApp();
  const clients = await threeOf(app);

  await clients.laptop.query(END, { id: await idOf(clients.laptop) });

  expect(await clients.laptop.cookie()).toBeNull();
  expect(await viewersOf(clients)).toEqual({ laptop: null, phone: 'ada', eve: 'eve' });
});

test('[A10] somebody else’s session, one that is gone and no session at all are the same', async () => {
  await using app = await createTestApp();
  const clients = await threeOf(app);
  const foreign = await idOf(clients.eve);
  const gone = await idOf(clients.phone);
  await clients.phone.query(logout('THIS_SESSION'));

  const answers = [
    await clients.laptop.query(END, { id: foreign }),
    await clients.laptop.query(END, { id: gone }),
    await clients.laptop.query(END, { id: 'no id' }),
  ];

  expect(answers[0]?.data.endSession).toMatchObject({ code: 'NOT_FOUND' });
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(await viewersOf(clients)).toEqual({ laptop: 'ada', phone: null, eve: 'eve' });
});

test('[A8] a login that is to be remembered has a cookie and a row for 30 days', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const client = app.client();

  const { headers } = await client.query(LOGIN, {
    input: { username: 'ada', password: PASSWORD, rememberMe: true },
  });

  expect(headers.getSetCookie()).toEqual([
    expect.stringContaining(`Max-Age=${(30 * DAY) / 1000};`),
  ]);
  const [row] = await app.orm.em.fork().find(Session, { id: { $ne: null } });
  expect(row?.expiresAt).toEqual(new Date(app.clock().getTime() + 30 * DAY));
});
