/** What one sees of one's own sessions. `test/session/own-sessions.test.ts` shows how they end. */
import { expect, test } from 'vitest';

import { encodeGlobalId } from '../../src/graphql/global-id.ts';
import { Session } from '../../src/session/session.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { DAY, HOUR } from '../support/clock.ts';
import { LOGIN, tokenOf, viewerOf } from '../support/login.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

const SESSIONS = `{
  viewer {
    sessions {
      nodes { isCurrent isRemembered device ipAddress createdAt lastActiveAt expiresAt }
    }
  }
}`;
const IDS = '{ viewer { sessions { nodes { id } } } }';
const END = `mutation ($id: ID!) {
  endSession(input: { id: $id }) { __typename ... on UserError { code } }
}`;

interface Device {
  readonly userAgent?: string;
  readonly address?: string;
  readonly rememberMe?: boolean;
}

async function loginFrom(app: TestApp, { userAgent, address, rememberMe = false }: Device) {
  const client = app.client(address);
  if (userAgent !== undefined) {
    client.headers['user-agent'] = userAgent;
  }
  await client.query(LOGIN, { input: { username: 'ada', password: PASSWORD, rememberMe } });

  return client;
}

async function idsSeenBy(client: TestClient): Promise<string[]> {
  const { data } = await client.query(IDS);

  return data.viewer.sessions.nodes.map(({ id }: { id: string }) => id);
}

async function globalIdOf(client: TestClient): Promise<string> {
  return encodeGlobalId('Session', (await tokenOf(client)).id);
}

test('[A10] the list tells where one is logged in, newest first', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const first = app.clock();
  await loginFrom(app, { userAgent: SAFARI, address: '2001:db8::7', rememberMe: true });
  app.clock.advance(HOUR);
  const second = app.clock();
  const laptop = await loginFrom(app, { userAgent: FIREFOX, address: '192.0.2.1' });

  const { data } = await laptop.query(SESSIONS);

  expect(data.viewer.sessions.nodes).toEqual([
    {
      isCurrent: true,
      isRemembered: false,
      device: 'Firefox on Linux',
      ipAddress: '192.0.2.1',
      createdAt: second.toISOString(),
      lastActiveAt: second.toISOString(),
      expiresAt: new Date(second.getTime() + DAY).toISOString(),
    },
    {
      isCurrent: false,
      isRemembered: true,
      device: 'Safari on iOS',
      ipAddress: '2001:db8::7',
      createdAt: first.toISOString(),
      lastActiveAt: first.toISOString(),
      // It is idle until then.
      expiresAt: new Date(first.getTime() + 7 * DAY).toISOString(),
    },
  ]);
});

test.each([
  ['jotter-backup/1.2 (cron)', 'jotter-backup'],
  ['curl/8.5.0', 'curl'],
  [undefined, null],
  ['<script>alert(1)</script>', '<script>alert(1)<'],
])('the device of %s is %s', async (userAgent, device) => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const client = await loginFrom(app, userAgent === undefined ? {} : { userAgent });

  const { data } = await client.query(SESSIONS);

  expect(data.viewer.sessions.nodes).toMatchObject([{ device }]);
});

test('a user agent of any length is cut off, and no error', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const client = await loginFrom(app, { userAgent: `${FIREFOX} ${'x'.repeat(5000)}` });

  expect((await client.query(SESSIONS)).data.viewer.sessions.nodes).toMatchObject([
    { device: 'Firefox on Linux' },
  ]);
  const row = await app.orm.em.fork().findOneOrFail(Session, { id: { $ne: null } });
  expect(row.userAgent).toHaveLength(512);
});

test('[A10] an expired session is in no list, and node does not find it', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const old = await app.as(user);
  app.clock.advance(DAY);
  const current = await app.as(user);

  expect(await idsSeenBy(current)).toEqual([await globalIdOf(current)]);
  const { data } = await current.query('query ($id: ID!) { node(id: $id) { id } }', {
    id: await globalIdOf(old),
  });
  expect(data).toEqual({ node: null });
  expect(await app.orm.em.fork().count(Session)).toBe(2);
});

test('[A10] one that was idle for too long is in no list either', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  await app.as(user, { remembered: true });
  app.clock.advance(7 * DAY);
  const current = await app.as(user);

  expect(await idsSeenBy(current)).toEqual([await globalIdOf(current)]);
});

test('[A10] a session of a visitor who has not logged in is nobody’s, and in no list', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const anonymous = await app.as(user);
  await app.orm.em.fork().nativeUpdate(Session, {}, { user: null });
  const current = await app.as(user);

  expect(await idsSeenBy(current)).toEqual([await globalIdOf(current)]);
  expect((await current.query(END, { id: await globalIdOf(anonymous) })).data.endSession).toEqual({
    __typename: 'NotFoundError',
    code: 'NOT_FOUND',
  });
});

test('[A10] the ids of other things end no session', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const { id } = await tokenOf(ada);

  for (const other of [id, encodeGlobalId('Note', id), encodeGlobalId('User', user.id), '']) {
    expect((await ada.query(END, { id: other })).data.endSession).toMatchObject({
      code: 'NOT_FOUND',
    });
  }
  expect(await viewerOf(ada)).toBe('ada');
});

test('[A7] [A10] who has ended another session finds it gone from the list, and its owner is told why', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const [laptop, phone] = [await app.as(user), await app.as(user)];
  const id = await globalIdOf(phone);

  expect((await laptop.query(END, { id })).data.endSession.__typename).toBe('EndSessionSuccess');

  expect(await idsSeenBy(laptop)).toEqual([await globalIdOf(laptop)]);
  const { data } = await phone.query('{ viewer { id } authentication { anonymousReason } }');
  expect(data).toEqual({ viewer: null, authentication: { anonymousReason: 'SESSION_ENDED' } });
  expect((await laptop.query(END, { id })).data.endSession.code).toBe('NOT_FOUND');
});

test('[A10] a session can be seen by its id, and says what is current for whom', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const [laptop, phone] = [await app.as(user), await app.as(user)];
  const NODE = 'query ($id: ID!) { node(id: $id) { ... on Session { isCurrent } } }';
  const id = await globalIdOf(phone);

  expect((await laptop.query(NODE, { id })).data.node).toEqual({ isCurrent: false });
  expect((await phone.query(NODE, { id })).data.node).toEqual({ isCurrent: true });
});

test('[A10] the list comes in pages', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const first = await app.as(user);
  const clients = [first, await app.as(user), await app.as(user)];
  const PAGE = `query ($after: String) {
    viewer { sessions(first: 2, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor }
    } }
  }`;

  const { data: newer } = await first.query(PAGE);
  const after = newer.viewer.sessions.pageInfo.endCursor;
  const { data: older } = await first.query(PAGE, { after });

  const pages = [...newer.viewer.sessions.nodes, ...older.viewer.sessions.nodes];
  const ids = await Promise.all(clients.toReversed().map(globalIdOf));
  expect(pages.map(({ id }) => id)).toEqual(ids);
  expect(older.viewer.sessions.pageInfo.hasNextPage).toBe(false);
});
