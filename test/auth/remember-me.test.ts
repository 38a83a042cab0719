import { expect, test } from 'vitest';

import { loadConfig } from '../../src/config.ts';
import { Session } from '../../src/session/session.ts';
import { createTestApp, PASSWORD, type TestApp, type TestAppOptions } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/clock.ts';
import { LOGIN, viewerOf } from '../support/login.ts';

const CONFIRM = `mutation { confirmPassword(input: { password: "${PASSWORD}" }) { __typename } }`;

interface Visit extends AsyncDisposable {
  readonly app: TestApp;
  readonly client: TestClient;
  /** The Set-Cookie headers of the login. */
  readonly cookies: readonly string[];
}

async function visit(rememberMe?: boolean, options?: TestAppOptions): Promise<Visit> {
  const app = await createTestApp(options);
  await app.createUser('ada');
  const client = app.client();
  const input = { username: 'ada', password: PASSWORD, rememberMe };
  const { headers } = await client.query(LOGIN, { input });

  return {
    app,
    client,
    cookies: headers.getSetCookie(),
    [Symbol.asyncDispose]: async () => app[Symbol.asyncDispose](),
  };
}

async function onlyRow({ orm }: TestApp): Promise<Session> {
  return orm.em.fork().findOneOrFail(Session, { id: { $ne: null } });
}

function maxAgeOf(cookie = ''): number | null {
  const [, seconds] = /; Max-Age=(\d+)/u.exec(cookie) ?? [];

  return seconds === undefined ? null : Number(seconds);
}

test.each([
  [undefined, null, DAY],
  [false, null, DAY],
  [true, 30 * DAY, 30 * DAY],
])(
  '[A2] [A8] with rememberMe %s the one cookie and the row last as long as they should',
  async (rememberMe, maxAge, lifetime) => {
    await using it = await visit(rememberMe);

    expect(it.cookies).toHaveLength(1);
    expect(it.cookies[0]).not.toContain('Expires');
    expect(maxAgeOf(it.cookies[0])).toBe(maxAge && maxAge / SECOND);
    expect(await onlyRow(it.app)).toMatchObject({
      isRemembered: rememberMe ?? false,
      expiresAt: new Date(it.app.clock().getTime() + lifetime),
    });
  },
);

test.each([
  [false, DAY],
  [true, 30 * DAY],
])(
  '[A8] with rememberMe %s the session ends at its limit to the millisecond, however much it is used',
  async (rememberMe, lifetime) => {
    await using it = await visit(rememberMe);
    const step = Math.min(6 * DAY, lifetime / 4);
    for (let time = step; time < lifetime; time += step) {
      it.app.clock.advance(step);
      expect(await viewerOf(it.client)).toBe('ada');
    }

    it.app.clock.advance(step - 1);
    expect(await viewerOf(it.client)).toBe('ada');
    it.app.clock.advance(1);
    const { data } = await it.client.query('{ viewer { id } authentication { anonymousReason } }');

    expect(data).toEqual({
      viewer: null,
      authentication: { anonymousReason: 'SESSION_EXPIRED' },
    });
  },
);

test.each([false, true])(
  '[A8] with rememberMe %s a session that is not used for seven days ends',
  async (rememberMe) => {
    const config = configWith({ lifetime: 30 * DAY });
    await using it = await visit(rememberMe, { config });
    it.app.clock.advance(7 * DAY - 1);
    expect(await viewerOf(it.client)).toBe('ada');

    it.app.clock.advance(7 * DAY);
    expect(await viewerOf(it.client)).toBeNull();
  },
);

test.each([false, true])('with rememberMe %s the settings count', async (rememberMe) => {
  const lifetimes = { lifetime: HOUR, rememberedLifetime: 2 * HOUR };
  await using it = await visit(rememberMe, { config: configWith(lifetimes) });
  const lifetime = rememberMe ? 2 * HOUR : HOUR;

  expect(maxAgeOf(it.cookies[0])).toBe(rememberMe ? lifetime / SECOND : null);
  it.app.clock.advance(lifetime - 1);
  expect(await viewerOf(it.client)).toBe('ada');
  it.app.clock.advance(1);
  expect(await viewerOf(it.client)).toBeNull();
});

test('[A8] a cookie that is set again later has the rest of the time, and no more', async () => {
  await using it = await visit(true);
  it.app.clock.advance(5 * DAY + MINUTE);

  const { headers } = await it.client.query(CONFIRM);

  const [cookie] = headers.getSetCookie();
  expect(maxAgeOf(cookie)).toBe((25 * DAY - MINUTE) / SECOND);
  expect((await onlyRow(it.app)).isRemembered).toBe(true);
});

test('a login without rememberMe forgets what the last one has said', async () => {
  await using it = await visit(true);

  const { headers } = await it.client.query(LOGIN, {
    input: { username: 'ada', password: PASSWORD },
  });

  expect(headers.getSetCookie().map(maxAgeOf)).toEqual([null]);
  expect((await onlyRow(it.app)).isRemembered).toBe(false);
});

function configWith(lifetimes: Partial<TestApp['config']['session']>) {
  const { session } = loadConfig({ DATABASE_URL: 'sqlite::memory:' });

  return { session: { ...session, ...lifetimes } };
}
