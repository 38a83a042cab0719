import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { MINUTE, SECOND } from '../support/clock.ts';
import { login, tokenOf, viewerOf } from '../support/login.ts';
import { createSessionApp } from '../support/session-app.ts';

const NEW_PASSWORD = 'a swim in the cold lake';
const CONFIRM = `mutation {
  confirmPassword(input: { password: "${PASSWORD}" }) {
    ... on ConfirmPasswordSuccess { authentication { isFresh } }
    ... on UserError { code }
  }
}`;
const CHANGE_PASSWORD = `mutation {
  changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "${NEW_PASSWORD}" }) {
    __typename
  }
}`;
const CREATE_NOTE = 'mutation { createNote(input: { title: "x" }) { __typename } }';

async function copyOf(app: TestApp, client: TestClient): Promise<TestClient> {
  const copy = app.client();
  await copy.setCookie((await client.cookie()) ?? '');

  return copy;
}

test.each([
  ['a confirmed password', CONFIRM],
  ['a changed password', CHANGE_PASSWORD],
])('[A6] %s changes the token, and keeps the session', async (_what, mutation) => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'), { fresh: false });
  const before = await tokenOf(ada);

  const { errors, headers } = await ada.query(mutation);

  const after = await tokenOf(ada);
  expect(errors).toEqual([]);
  expect(headers.getSetCookie()).toHaveLength(1);
  expect(after.id).toBe(before.id);
  expect(after.secret).not.toBe(before.secret);
  expect(await viewerOf(ada)).toBe('ada');
});

test('[A6] a refused confirmation changes no token', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'), { fresh: false });
  const before = await ada.cookie();

  const { data } = await ada.query(CONFIRM.replace(PASSWORD, 'not the password'));

  expect(data.confirmPassword).toEqual({ code: 'INVALID_CREDENTIALS' });
  expect(await ada.cookie()).toBe(before);
});

test('[A6] a token that was just replaced may read for ten seconds, and nothing else', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'), { fresh: false });
  const late = await copyOf(app, ada);
  await ada.query(CONFIRM);

  app.clock.advance(10 * SECOND - 1);

  const reading = await late.query('{ viewer { username } authentication { isFresh } }');
  expect(reading.data).toEqual({
    viewer: { username: 'ada' },
    authentication: { isFresh: false },
  });
  expect(reading.headers.getSetCookie()).toEqual([]);
  for (const mutation of [CREATE_NOTE, CONFIRM, CHANGE_PASSWORD]) {
    const { errors, headers } = await late.query(mutation);
    expect(errors).toMatchObject([{ extensions: { code: 'SESSION_ENDED' } }]);
    expect(headers.getSetCookie()).toEqual([]);
  }
  expect(await viewerOf(ada)).toBe('ada');
});

test('[A6] a login with a token that was just replaced ends its own session, and no other', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const [ada, phone] = [await app.as(user), await app.as(user)];
  const late = await copyOf(app, ada);
  await ada.query(CONFIRM);

  expect((await login(late, 'ada', 'not the password')).data.login.code).toBe(
    'INVALID_CREDENTIALS',
  );
  expect(await viewerOf(ada)).toBe('ada');
  expect((await login(late, 'ada')).data.login.__typename).toBe('LoginSuccess');

  expect(await Promise.all([ada, phone, late].map(viewerOf))).toEqual([null, 'ada', 'ada']);
});

test('[A6] after ten seconds a replaced token is anonymous', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const late = await copyOf(app, ada);
  await ada.query(CONFIRM);

  app.clock.advance(10 * SECOND);

  expect(await viewerOf(late)).toBeNull();
  expect(await viewerOf(ada)).toBe('ada');
});

test('[A6] a token that was replaced twice is anonymous at once', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const late = await copyOf(app, ada);

  await ada.query(CONFIRM);
  await ada.query(CONFIRM);

  expect(await viewerOf(late)).toBeNull();
});

test('[A6] a replaced token that a clock set back makes young again is anonymous', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const late = await copyOf(app, ada);
  app.clock.advance(MINUTE);
  await ada.query(CONFIRM);

  app.clock.advance(-30 * SECOND);

  expect(await viewerOf(late)).toBeNull();
});

test('[A6] a replaced token writes no session values', async () => {
  await using app = await createSessionApp();
  const ada = await app.as(await app.createUser('ada'));
  const late = await copyOf(app, ada);
  await app.run(ada, async ({ session }) => {
    session.set('colour', 'green');
    await session.confirm();
  });

  await app.run(late, ({ session }) => session.set('colour', 'red'));

  const [row] = await app.orm.em.fork().find(Session, { id: { $ne: null } });
  expect(row?.data).toEqual({ colour: 'green' });
});

test('[A6] a token that is replaced while its request runs writes no session values', async () => {
  await using app = await createSessionApp();
  const ada = await app.as(await app.createUser('ada'));
  const copy = await copyOf(app, ada);

  await app.run(copy, async ({ session }) => {
    session.set('colour', 'red');
    await app.run(ada, async ({ session: own }) => own.confirm());
  });

  const [row] = await app.orm.em.fork().find(Session, { id: { $ne: null } });
  expect(row?.data).toEqual({});
});

test('[A9] a changed password ends the other sessions, and not this one', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const [laptop, phone] = [await app.as(user), await app.as(user, { remembered: true })];
  const eve = await app.as(await app.createUser('eve'));

  await laptop.query(CHANGE_PASSWORD);

  expect(await viewerOf(laptop)).toBe('ada');
  expect(await viewerOf(phone)).toBeNull();
  expect(await viewerOf(eve)).toBe('eve');
  expect(await app.orm.em.fork().count(Session, { user: user.id })).toBe(1);
});

test.each(['OTHER_SESSIONS', 'ALL_SESSIONS'])(
  '[A6] a token that was just replaced cannot log out %s',
  async (scope) => {
    await using app = await createTestApp();
    const user = await app.createUser('ada');
    const [laptop, phone] = [await app.as(user), await app.as(user)];
    const late = await copyOf(app, laptop);
    await laptop.query(CONFIRM);

    const { errors } = await late.query(
      `mutation { logout(input: { scope: ${scope} }) { endedSessionIds } }`,
    );

    expect(errors).toMatchObject([{ extensions: { code: 'SESSION_ENDED' } }]);
    expect(await viewerOf(phone)).toBe('ada');
    expect(await viewerOf(laptop)).toBe('ada');
  },
);
