/** How SESSION_SECRETS are rotated: over several starts of one installation. */
import { expect, test } from 'vitest';

import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { createSessionCookie } from '../../src/session/session-cookie.ts';
import { createSigner } from '../../src/session/signer.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { TestClient } from '../support/client.ts';
import { MINUTE } from '../support/clock.ts';
import { tokenOf, viewerOf } from '../support/login.ts';

const OLD = 'Rk3vQ9xN7cT1mB5yR8wL2pH6dF4sJ0gA';
const NEW = 'q7WmX2zK9eV4uC8bN1tY6rP3oI5aL0hD';
const OTHER = 'H5nJ8gF2dS6aZ0xC3vB7mQ1wE4rT9yUi';

const NO_VIEWER = '{ viewer { username } authentication { anonymousReason } }';

async function createInstallation(...secrets: string[]): Promise<TestApp> {
  const { session } = loadConfig({ DATABASE_URL: 'sqlite::memory:' });

  return createTestApp({ config: { session: { ...session, secrets } } });
}

/** The same database and clock with other secrets: the next start. The client keeps its cookies. */
async function restarted(
  app: TestApp,
  client: TestClient,
  ...secrets: string[]
): Promise<TestClient> {
  const config = { ...app.config, session: { ...app.config.session, secrets } };
  const { fetch } = createApp({ config, orm: app.orm, log: app.log, clock: app.clock });
  const returned = new TestClient(fetch, client.origin);
  await returned.setCookie((await client.cookie()) ?? '');

  return returned;
}

test('[A5] a new secret in front logs nobody out, and the next answer signs the cookie anew', async () => {
  await using app = await createInstallation(OLD);
  const ada = await app.as(await app.createUser('ada'));
  const before = await ada.cookie();
  const after = await restarted(app, ada, NEW, OLD);

  const { data, headers } = await after.query('{ viewer { username } authentication { isFresh } }');

  expect(data).toEqual({ viewer: { username: 'ada' }, authentication: { isFresh: true } });
  expect(headers.getSetCookie()).toHaveLength(1);
  const cookie = await after.cookie();
  expect(cookie).not.toBe(before);
  // The session and its secret are the same: the signature alone is another one.
  expect(cookie?.split('.').slice(0, 2)).toEqual(before?.split('.').slice(0, 2));
  expect((await after.query('{ viewer { username } }')).headers.getSetCookie()).toEqual([]);
});

test('[A5] who came by while both were known is logged in when the old one is dropped; others are not', async () => {
  await using app = await createInstallation(OLD);
  const user = await app.createUser('ada');
  const [active, away] = [await app.as(user), await app.as(user)];
  const between = await restarted(app, active, NEW, OLD);
  await viewerOf(between);

  const returned = await restarted(app, away, NEW);
  expect(await viewerOf(await restarted(app, between, NEW))).toBe('ada');
  const { data, errors } = await returned.query(NO_VIEWER);

  expect(errors).toEqual([]);
  expect(data).toEqual({ viewer: null, authentication: { anonymousReason: 'INVALID_COOKIE' } });
});

test('[A5] a cookie signed anew lasts no longer than before', async () => {
  await using app = await createInstallation(OLD);
  const ada = await app.as(await app.createUser('ada'), { remembered: true });
  app.clock.advance(MINUTE);
  const after = await restarted(app, ada, NEW, OLD);

  const [cookie = ''] = (await after.query(NO_VIEWER)).headers.getSetCookie();

  expect(/; Max-Age=(\d+)/u.exec(cookie)?.[1]).toBe(String(30 * 24 * 3600 - 60));
});

test('[A5] a token that was replaced is not signed anew', async () => {
  await using app = await createInstallation(OLD);
  const ada = await app.as(await app.createUser('ada'));
  const late = await restarted(app, ada, NEW, OLD);
  await ada.query(
    `mutation { confirmPassword(input: { password: "${PASSWORD}" }) { __typename } }`,
  );

  const { data, headers } = await late.query('{ viewer { username } }');

  expect(data.viewer).toEqual({ username: 'ada' });
  expect(headers.getSetCookie()).toEqual([]);
});

test('[A5] a logout with a cookie of the old secret clears it, and signs nothing anew', async () => {
  await using app = await createInstallation(OLD);
  const ada = await app.as(await app.createUser('ada'));
  const after = await restarted(app, ada, NEW, OLD);

  const { headers } = await after.query('mutation { logout { endedSessionIds } }');

  expect(headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')]);
});

test.each([
  ['the first of several', [NEW, OTHER, OLD], 0],
  ['the last of several', [OTHER, OLD, NEW], 1],
])('[A5] the newest secret is the first: %s', async (_what, secrets, answered) => {
  await using app = await createInstallation(NEW);
  const ada = await app.as(await app.createUser('ada'));
  const after = await restarted(app, ada, ...secrets);

  expect((await after.query('{ viewer { id } }')).headers.getSetCookie()).toHaveLength(answered);
  expect(await viewerOf(after)).toBe('ada');
});

test('[A5] a start without any of the old secrets makes everybody anonymous, and no error', async () => {
  await using app = await createInstallation(OLD);
  const ada = await app.as(await app.createUser('ada'));
  const after = await restarted(app, ada, NEW);

  const statements = await app.statementsOf(async () => {
    expect((await after.query('{ viewer { username } }')).data).toEqual({ viewer: null });
  });

  expect(statements).toEqual([]);
});

test('[A4] a signature for another purpose, or for another name of the cookie, is none', async () => {
  await using app = await createInstallation(NEW);
  const ada = await app.as(await app.createUser('ada'));
  const { id, secret } = await tokenOf(ada);
  const text = `session=${id}.${secret}`;
  const forgeries = [
    createSigner([NEW], 'something else').sign(text),
    createSigner([NEW], '').sign(text),
    createSigner([NEW], 'session cookie').sign(`__Host-${text}`),
    createSigner([NEW], 'session cookie').sign(`${id}.${secret}`),
  ];

  for (const signature of forgeries) {
    await ada.setCookie(`${id}.${secret}.${signature}`);
    expect(await viewerOf(ada)).toBeNull();
  }
  await ada.setCookie(`${id}.${secret}.${createSigner([NEW], 'session cookie').sign(text)}`);
  expect(await viewerOf(ada)).toBe('ada');
});

test('[A4] a cookie of plain http is none over https, and the other way round', () => {
  const overHttp = createSessionCookie({ secrets: [NEW], isSecure: false });
  const overHttps = createSessionCookie({ secrets: [NEW], isSecure: true });
  const token = { id: '0197d1b0-1111-7111-8111-111111111111', secret: 'A'.repeat(43) };
  const value = /=([^;]*)/u.exec(overHttp.write(token, null))?.[1];

  expect(overHttp.read(`session=${value}`)).toMatchObject({ kind: 'signed' });
  expect(overHttps.read(`session=${value}`)).toEqual({ kind: 'none' });
  expect(overHttps.read(`__Host-session=${value}`)).toMatchObject({ kind: 'invalid' });
});
