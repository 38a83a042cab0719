/** A cookie that turns up in another kind of browser was carried there. */
import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { DAY } from '../support/clock.ts';
import { login } from '../support/login.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const NEWER_FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0';
const FIREFOX_ON_WINDOWS =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const CURL = 'curl/8.5.0';

const SEEN = '{ viewer { username } authentication { isFresh } }';
const CREATE_TOKEN = 'mutation { createAccessToken(input: { name: "script" }) { __typename } }';

async function loggedInWith(app: TestApp, userAgent: string): Promise<TestClient> {
  await app.createUser('ada');
  const client = app.client('192.0.2.1');
  client.headers['user-agent'] = userAgent;
  await login(client, 'ada');

  return client;
}

/** The same cookie, sent by something else. */
async function carried(
  app: TestApp,
  from: TestClient,
  { userAgent, address }: { userAgent?: string | undefined; address?: string },
): Promise<TestClient> {
  const client = app.client(address);
  if (userAgent !== undefined) {
    client.headers['user-agent'] = userAgent;
  }
  await client.setCookie((await from.cookie()) ?? '');

  return client;
}

async function onlyRow({ orm }: TestApp): Promise<Session> {
  return orm.em.fork().findOneOrFail(Session, { id: { $ne: null } });
}

function protectionsOf({ events }: TestApp): unknown[] {
  return events.filter(({ type }) => type === 'SESSION_PROTECTED');
}

test.each([
  ['another browser', FIREFOX, CHROME],
  ['the same browser on another system', FIREFOX, FIREFOX_ON_WINDOWS],
  ['a program', FIREFOX, CURL],
  ['something without a name', FIREFOX, undefined],
])('a session in %s is no longer fresh, and goes on', async (_what, before, after) => {
  await using app = await createTestApp();
  const laptop = await loggedInWith(app, before);
  const thief = await carried(app, laptop, { userAgent: after, address: '203.0.113.66' });

  const { data, headers } = await thief.query(SEEN);

  expect(data).toEqual({ viewer: { username: 'ada' }, authentication: { isFresh: false } });
  expect(headers.getSetCookie()).toEqual([]);
  expect((await thief.query(CREATE_TOKEN)).errors).toMatchObject([
    { extensions: { code: 'REAUTHENTICATION_REQUIRED' } },
  ]);
  const row = await onlyRow(app);
  expect(row).toMatchObject({ authenticatedAt: null, userAgent: after ?? null });
  expect(protectionsOf(app)).toEqual([
    expect.objectContaining({
      userId: row.user?.id,
      sessionId: row.id,
      ipAddress: '203.0.113.66',
      userAgent: after ?? null,
    }),
  ]);
});

test('the owner is told, sees where it was, and is fresh again with the password alone', async () => {
  await using app = await createTestApp();
  const laptop = await loggedInWith(app, FIREFOX);
  const thief = await carried(app, laptop, { userAgent: CHROME, address: '203.0.113.66' });
  await thief.query(SEEN);

  const { data } = await laptop.query(
    '{ viewer { securityEvents(first: 2) { nodes { type device ipAddress } } } authentication { isFresh } }',
  );
  expect(data).toEqual({
    viewer: {
      securityEvents: {
        nodes: [
          // That it came back is no news: the session was not fresh any more.
          { type: 'SESSION_PROTECTED', device: 'Chrome on Linux', ipAddress: '203.0.113.66' },
          { type: 'LOGIN_SUCCEEDED', device: 'Firefox on Linux', ipAddress: '192.0.2.1' },
        ],
      },
    },
    authentication: { isFresh: false },
  });

  await laptop.query(
    `mutation { confirmPassword(input: { password: "${PASSWORD}" }) { __typename } }`,
  );
  expect((await laptop.query(SEEN)).data.authentication).toEqual({ isFresh: true });
});

test('a newer version of the same browser is the same browser, and is written down', async () => {
  await using app = await createTestApp();
  const laptop = await loggedInWith(app, FIREFOX);
  laptop.headers['user-agent'] = NEWER_FIREFOX;

  const { data } = await laptop.query(SEEN);

  expect(data.authentication).toEqual({ isFresh: true });
  expect((await onlyRow(app)).userAgent).toBe(NEWER_FIREFOX);
  expect(protectionsOf(app)).toEqual([]);
});

test('another address is no reason for anything', async () => {
  await using app = await createTestApp();
  const laptop = await loggedInWith(app, FIREFOX);
  const onTheTrain = await carried(app, laptop, { userAgent: FIREFOX, address: '198.51.100.9' });

  const statements = await app.statementsOf(async () => {
    const { data } = await onTheTrain.query(SEEN);
    expect(data).toEqual({ viewer: { username: 'ada' }, authentication: { isFresh: true } });
  });

  expect(statements).toHaveLength(1);
  expect(protectionsOf(app)).toEqual([]);
});

test('a session that is not fresh stays what it is in another browser', async () => {
  await using app = await createTestApp();
  const laptop = await loggedInWith(app, FIREFOX);
  app.clock.advance(DAY / 2);
  const other = await carried(app, laptop, { userAgent: CHROME });

  expect((await other.query(SEEN)).data).toEqual({
    viewer: { username: 'ada' },
    authentication: { isFresh: false },
  });
  expect(protectionsOf(app)).toHaveLength(1);
});

test('a forged cookie in another browser protects nobody from anything', async () => {
  await using app = await createTestApp();
  const laptop = await loggedInWith(app, FIREFOX);
  const forger = await carried(app, laptop, { userAgent: CHROME });
  await forger.setCookie(`${(await laptop.cookie())?.slice(0, -8)}AAAAAAAA`);

  await forger.query(SEEN);

  expect((await laptop.query(SEEN)).data.authentication).toEqual({ isFresh: true });
  expect(protectionsOf(app)).toEqual([]);
});
