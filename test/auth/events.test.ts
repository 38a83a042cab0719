/** What is told of an account: to a hook, to the log, and to the person whom it concerns. */
import { expect, test } from 'vitest';

import { disableAccount, enableAccount } from '../../src/auth/administration.ts';
import { SecurityEvent } from '../../src/auth/security-event.ts';
import { createSecurityEvents, type SecurityEventNotice } from '../../src/auth/security-events.ts';
import { ThrottleBucket } from '../../src/auth/throttle-bucket.ts';
import { encodeGlobalId } from '../../src/graphql/global-id.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { DAY } from '../support/clock.ts';
import { login, LOGOUT, register, tokenOf, viewerOf } from '../support/login.ts';

const ADDRESS = '192.0.2.1';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

interface Scene {
  readonly app: TestApp;
  readonly user: User;
  /** Logged in, with Firefox, from `ADDRESS`. */
  readonly ada: TestClient;
}

async function createScene(): Promise<Scene & AsyncDisposable> {
  const app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = clientOf(app);
  await login(ada, 'ada');

  return { app, user, ada, [Symbol.asyncDispose]: async () => app[Symbol.asyncDispose]() };
}

function clientOf(app: TestApp): TestClient {
  const client = app.client(ADDRESS);
  client.headers['user-agent'] = FIREFOX;

  return client;
}

async function mutate(client: TestClient, field: string): Promise<void> {
  await client.query(`mutation { ${field} { __typename } }`);
}

/** Those that are stored, and what makes one. */
const stored: Record<string, (scene: Scene) => Promise<unknown>> = {
  REGISTERED: async ({ app }) => register(clientOf(app), { username: 'eve' }),
  LOGIN_SUCCEEDED: async ({ app }) => login(clientOf(app), 'ada'),
  LOGIN_FAILED: async ({ app }) => login(clientOf(app), 'ada', 'not the password'),
  LOGGED_OUT: async ({ ada }) => ada.query(LOGOUT),
  PASSWORD_CONFIRMED: async ({ ada }) =>
    mutate(ada, `confirmPassword(input: { password: "${PASSWORD}" })`),
  PASSWORD_CHANGED: async ({ ada }) =>
    mutate(
      ada,
      `changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "a swim in the lake" })`,
    ),
  SESSION_ENDED: async ({ app, user, ada }) => {
    const { id } = await tokenOf(await app.as(user));
    await mutate(ada, `endSession(input: { id: "${encodeGlobalId('Session', id)}" })`);
  },
  SESSION_PROTECTED: async ({ ada }) => {
    ada.headers['user-agent'] = CHROME;
    await viewerOf(ada);
  },
  ACCESS_TOKEN_CREATED: async ({ ada }) => mutate(ada, 'createAccessToken(input: { name: "x" })'),
  ACCESS_TOKEN_REVOKED: async ({ app, user, ada }) => {
    await app.withToken(user);
    const { data } = await ada.query('{ viewer { accessTokens { nodes { id } } } }');
    await mutate(
      ada,
      `revokeAccessToken(input: { id: "${data.viewer.accessTokens.nodes[0].id}" })`,
    );
  },
};

test.for(Object.entries(stored))(
  '[H2] %s is told to the hook, to the log and to the person',
  async ([type, make]) => {
    await using scene = await createScene();
    const { app } = scene;
    const before = app.events.length;
    const [rowsBefore, linesBefore] = [await app.orm.em.fork().count(SecurityEvent), lines(app)];

    await make(scene);

    const [notice, ...others] = app.events.slice(before);
    expect(others).toEqual([]);
    expect(notice).toMatchObject({
      type,
      userId: expect.any(String),
      ipAddress: ADDRESS,
      createdAt: app.clock(),
    });
    expect(lines(app).slice(linesBefore.length)).toMatchObject([
      {
        event: type.toLowerCase(),
        userId: notice?.userId,
        sessionId: notice?.sessionId,
        ipAddress: ADDRESS,
        requestId: expect.any(String),
      },
    ]);
    const rows = await app.orm.em.fork().findAll(SecurityEvent, { orderBy: { id: 'asc' } });
    expect(rows.slice(rowsBefore)).toMatchObject([
      {
        type,
        user: { id: notice?.userId },
        sessionId: notice?.sessionId,
        ipAddress: ADDRESS,
        userAgent: notice?.userAgent,
      },
    ]);
  },
);

/** Those that are not, since anybody could fill the table with them, or nobody is left to read them. */
const untold: Record<string, (scene: Scene) => Promise<unknown>> = {
  ACCESS_DENIED: async ({ app }) =>
    mutate(clientOf(app), 'createNote(input: { title: "Shopping" })'),
  ACCOUNT_DELETED: async ({ ada }) => mutate(ada, 'deleteAccount(input: { username: "ada" })'),
  LOGIN_THROTTLED: async ({ app }) => {
    for (let attempt = 0; attempt < 11; attempt += 1) {
      await login(app.client('203.0.113.66'), 'nobody', 'wrong');
    }
  },
  SESSION_EXPIRED: async ({ app, ada }) => {
    app.clock.advance(DAY);
    await viewerOf(ada);
  },
};

test.for(Object.entries(untold))(
  '[H2] %s is told to the hook and to the log, and has no row',
  async ([type, make]) => {
    await using scene = await createScene();
    const { app } = scene;

    await make(scene);

    expect(app.events.filter((event) => event.type === type)).toHaveLength(1);
    expect(lines(app).filter(({ event }) => event === type.toLowerCase())).toHaveLength(1);
    const rows = await app.orm.em.fork().findAll(SecurityEvent);
    expect(rows.map((row) => row.type)).not.toContain(type);
  },
);

test('an operator who disables and enables an account leaves events in it', async () => {
  await using scene = await createScene();
  const { app, user, ada } = scene;
  const { clock, changes } = app;
  const em = app.orm.em.fork();
  const exchange = { address: null, headers: {} };
  const events = createSecurityEvents({ exchange, em, clock, log: app.log });
  const account = await em.findOneOrFail(User, user.id);

  await disableAccount({ em, changes, clock, events }, account);
  await enableAccount({ em, changes, clock, events }, account);
  await login(ada, 'ada');

  expect((await typesSeenBy(ada)).slice(1, 3)).toEqual(['ACCOUNT_ENABLED', 'ACCOUNT_DISABLED']);
});

test('[A10] one sees one’s own events alone, newest first', async () => {
  await using scene = await createScene();
  const { app, ada } = scene;
  const eve = clientOf(app);
  await register(eve, { username: 'eve' });
  await login(app.client('203.0.113.66'), 'ada', 'not the password');
  await login(app.client('203.0.113.66'), 'nobody', 'not the password');

  const { data } = await ada.query(
    '{ viewer { securityEvents { nodes { type createdAt ipAddress device } } } }',
  );

  const createdAt = app.clock().toISOString();
  expect(data.viewer.securityEvents.nodes).toEqual([
    { type: 'LOGIN_FAILED', createdAt, ipAddress: '203.0.113.66', device: null },
    { type: 'LOGIN_SUCCEEDED', createdAt, ipAddress: ADDRESS, device: 'Firefox on Linux' },
  ]);
  expect(await typesSeenBy(eve)).toEqual(['REGISTERED']);
});

test.each([
  ['throws', () => Promise.reject(new Error('The hook is broken.'))],
  [
    'throws at once',
    () => {
      throw new Error('The hook is broken.');
    },
  ],
])('a hook that %s harms nobody, and is told of in the log', async (_what, onSecurityEvent) => {
  await using app = await createTestApp({ onSecurityEvent });
  await app.createUser('ada');
  const ada = app.client();

  const { data } = await login(ada, 'ada');
  await mutate(app.client(), 'createNote(input: { title: "refused" })');

  expect(data.login.__typename).toBe('LoginSuccess');
  expect(await viewerOf(ada)).toBe('ada');
  expect(await app.orm.em.fork().count(Session)).toBe(1);
  expect(await typesSeenBy(ada)).toEqual(['LOGIN_SUCCEEDED']);
  expect(app.logged.filter(({ event }) => event === 'security_event_hook_failed')).toHaveLength(2);
});

test('[H2] what is typed as a user name, which may be a password, is neither logged nor stored', async () => {
  await using app = await createTestApp();
  const typed = 'my-Passw0rd';
  for (let attempt = 0; attempt < 11; attempt += 1) {
    await login(app.client(ADDRESS), typed, 'wrong');
  }

  const throttled = app.logged.filter(({ event }) => event === 'login_throttled');
  expect(throttled).toMatchObject([{ userId: null, ipAddress: ADDRESS }]);
  const buckets = await app.orm.em.fork().findAll(ThrottleBucket);
  const told = JSON.stringify([app.logged, app.answered, app.events, buckets]).toLowerCase();
  expect(told).not.toContain(typed.toLowerCase());
});

test('[H2] no event has a password, a token, a cookie or a digest in it', async () => {
  const told: SecurityEventNotice[] = [];
  await using scene = await createScene();
  const { app, ada } = scene;
  for (const make of Object.values({ ...stored, ...untold })) {
    await using another = await createScene();
    const secrets = [PASSWORD, (await tokenOf(another.ada)).secret, 'a swim in the lake'];
    await make(another);
    told.push(...another.app.events);
    const rows = await another.app.orm.em.fork().findAll(SecurityEvent);
    const text = JSON.stringify([another.app.events, rows, lines(another.app)]);

    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).not.toMatch(/jot_|argon2|session=|"\w{43}"/u);
  }
  expect(new Set(told.map(({ type }) => type)).size).toBe(14);
  expect(await typesSeenBy(ada)).toEqual(['LOGIN_SUCCEEDED']);
  expect(app.events).toHaveLength(1);
});

/** The lines of the log that are of security events. */
function lines({ logged }: TestApp): Record<string, unknown>[] {
  return logged.filter(({ msg }) => msg === 'Security event');
}

async function typesSeenBy(client: TestClient): Promise<string[]> {
  const { data } = await client.query('{ viewer { securityEvents { nodes { type } } } }');

  return data.viewer.securityEvents.nodes.map(({ type }: { type: string }) => type);
}
