import { expect, test } from 'vitest';

import { loadConfig } from '../../src/config.ts';
import { Session } from '../../src/session/session.ts';
import type { TestApp } from '../support/app.ts';
import { createTestApp } from '../support/app.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/clock.ts';
import { login, viewerOf } from '../support/login.ts';

function sessionsThatLast(lifetimes: { idleTimeout?: number; lifetime?: number }) {
  const { session } = loadConfig({
    DATABASE_URL: 'sqlite::memory:',
    SESSION_SECRETS: 'Zk3vQ8pXw1LrT6nBs0YdJ5hGm2CfUe9aVi7oKxRtE4g',
  });

  return { session: { ...session, ...lifetimes } };
}

async function loggedIn(app: TestApp) {
  return app.as(await app.createUser('ada'));
}

async function onlyRow(app: TestApp): Promise<Session> {
  return app.orm.em.fork().findOneOrFail(Session, { id: { $ne: null } });
}

test('[A8] a session ends when it was idle for the idle timeout, and not before', async () => {
  await using app = await createTestApp({ config: sessionsThatLast({ idleTimeout: 5 * HOUR }) });
  const ada = await loggedIn(app);

  app.clock.advance(5 * HOUR - 1);
  expect(await viewerOf(ada)).toBe('ada');
  app.clock.advance(5 * HOUR);
  expect(await viewerOf(ada)).toBeNull();
});

test('[A8] use keeps a session from being idle', async () => {
  await using app = await createTestApp({ config: sessionsThatLast({ idleTimeout: 3 * HOUR }) });
  const ada = await loggedIn(app);

  for (let hour = 0; hour < 20; hour += 2) {
    app.clock.advance(2 * HOUR - SECOND);
    expect(await viewerOf(ada)).toBe('ada');
  }
});

test.each([30, 60, 90])(
  '[A8] a session in use does not end by an idle timeout of %i minutes',
  async (minutes) => {
    await using app = await createTestApp({
      config: sessionsThatLast({ idleTimeout: minutes * MINUTE }),
    });
    const ada = await loggedIn(app);

    for (let minute = 0; minute < 240; minute += 10) {
      app.clock.advance(10 * MINUTE);
      expect(await viewerOf(ada)).toBe('ada');
    }
    app.clock.advance(minutes * MINUTE);
    expect(await viewerOf(ada)).toBeNull();
  },
);

test('[A8] a session that is not remembered ends 24 hours after the login, however much it is used', async () => {
  await using app = await createTestApp();
  const ada = await loggedIn(app);
  const { expiresAt } = await onlyRow(app);

  for (let hour = 1; hour < 24; hour += 1) {
    app.clock.advance(HOUR);
    expect(await viewerOf(ada)).toBe('ada');
  }

  expect((await onlyRow(app)).expiresAt).toEqual(expiresAt);
  app.clock.advance(HOUR - 1);
  expect(await viewerOf(ada)).toBe('ada');
  app.clock.advance(1);
  expect(await viewerOf(ada)).toBeNull();
});

test('[A8] a remembered session outlives that, and ends when it was idle', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'), { remembered: true });

  for (let day = 6; day < 30; day += 6) {
    app.clock.advance(6 * DAY);
    expect(await viewerOf(ada)).toBe('ada');
  }
  app.clock.advance(6 * DAY);
  expect(await viewerOf(ada)).toBeNull();
});

test('[A8] a gated field tells of an expired session, and a login follows', async () => {
  await using app = await createTestApp();
  const ada = await loggedIn(app);
  app.clock.advance(DAY);

  const { errors } = await ada.query('mutation { deleteNote(input: { id: "x" }) { __typename } }');

  expect(errors[0]?.extensions).toMatchObject({ code: 'SESSION_EXPIRED' });
  await login(ada, 'ada');
  expect(await viewerOf(ada)).toBe('ada');
});

test('[A8] that a session is in use is written at most once an hour', async () => {
  await using app = await createTestApp();
  const ada = await loggedIn(app);
  const updates: string[] = [];

  for (let minute = 0; minute < 180; minute += 5) {
    app.clock.advance(5 * MINUTE);
    const statements = await app.statementsOf(async () => viewerOf(ada));
    updates.push(...statements.filter((sql) => !sql.startsWith('select')));
  }

  expect(updates).toEqual(Array(3).fill(expect.stringMatching(/^update "session"/u)));
  expect((await onlyRow(app)).lastActiveAt).toEqual(app.clock());
});

test('[A8] requests at once when an hour has passed all find the session', async () => {
  await using app = await createTestApp();
  const ada = await loggedIn(app);
  app.clock.advance(2 * HOUR);

  const viewers = await Promise.all(Array.from({ length: 10 }, async () => viewerOf(ada)));

  expect(viewers).toEqual(Array(10).fill('ada'));
});

test.each([
  ['an hour back', -HOUR],
  ['fifty years back', -50 * 365 * DAY],
  ['before the epoch', -100 * 365 * DAY],
  ['fifty years ahead', 50 * 365 * DAY],
  ['a thousand years ahead', 1000 * 365 * DAY],
])(
  '[A8] a clock that is set %s makes sessions anonymous, and nothing crashes',
  async (_what, shift) => {
    await using app = await createTestApp();
    const ada = await loggedIn(app);

    app.clock.advance(shift);

    const { status, data, errors } = await ada.query('{ viewer { username } }');
    expect({ status, data, errors }).toEqual({ status: 200, data: { viewer: null }, errors: [] });
    expect((await login(ada, 'ada')).data.login).toMatchObject({ __typename: 'LoginSuccess' });
    expect(await viewerOf(ada)).toBe('ada');
  },
);

test('[A8] a clock that differs by half a minute does no harm', async () => {
  await using app = await createTestApp();
  const ada = await loggedIn(app);

  app.clock.advance(-30 * SECOND);

  expect(await viewerOf(ada)).toBe('ada');
});
