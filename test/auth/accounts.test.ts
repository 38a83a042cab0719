import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { login, LOGOUT, register, REGISTER, viewerOf } from '../support/login.ts';

async function counts({ orm }: TestApp) {
  const em = orm.em.fork();

  return { users: await em.count(User), sessions: await em.count(Session) };
}

test('registering makes an account and logs in', async () => {
  await using app = await createTestApp();
  const client = app.client();

  const { data, headers } = await register(client, {
    username: 'Ada.Lovelace',
    displayName: 'Ada 👩‍🔬',
  });

  expect(data.register).toEqual({
    __typename: 'RegisterSuccess',
    viewer: { username: 'Ada.Lovelace' },
  });
  expect(headers.getSetCookie()).toHaveLength(1);
  expect(await viewerOf(client)).toBe('Ada.Lovelace');
  const [user] = await app.orm.em.fork().find(User, { usernameKey: 'ada.lovelace' });
  expect(user).toMatchObject({ displayName: 'Ada 👩‍🔬', createdAt: app.clock(), disabledAt: null });
});

test('who has registered can log in elsewhere', async () => {
  await using app = await createTestApp();
  await register(app.client(), { username: 'ada' });
  const elsewhere = app.client();

  const { data } = await login(elsewhere, 'ada');

  expect(data.login).toEqual({ __typename: 'LoginSuccess', viewer: { username: 'ada' } });
  expect(await viewerOf(elsewhere)).toBe('ada');
  expect(await counts(app)).toEqual({ users: 1, sessions: 2 });
});

test('registering while logged in makes another account, and changes to it', async () => {
  await using app = await createTestApp();
  const client = await app.as(await app.createUser('eve'));

  await register(client, { username: 'ada' });

  expect(await viewerOf(client)).toBe('ada');
  expect(await counts(app)).toEqual({ users: 2, sessions: 1 });
});

test('a refused registration makes nothing and logs nobody in', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const client = app.client();

  const taken = await register(client, { username: 'ada' });
  const invalid = await register(client, { username: 'a', password: 'short', displayName: ' ' });

  expect(taken.data.register).toEqual({ __typename: 'UsernameTakenError', code: 'USERNAME_TAKEN' });
  expect(taken.headers.getSetCookie()).toEqual([]);
  expect(invalid.data.register).toEqual({
    __typename: 'InvalidInputError',
    code: 'INVALID_INPUT',
    issues: [{ path: ['username'] }, { path: ['password'] }, { path: ['displayName'] }],
  });
  expect(await viewerOf(client)).toBeNull();
  expect(await counts(app)).toEqual({ users: 1, sessions: 0 });
});

test('a registration that is refused for a taken name leaves its neighbours in the operation alone', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const eve = await app.as(await app.createUser('eve'));

  const { data, errors } = await eve.query(
    REGISTER.replace(
      /\}$/,
      'createNote(input: { title: "after" }) { ... on CreateNoteSuccess { note { author { username } } } } }',
    ),
    { input: { username: 'ada', password: PASSWORD } },
  );

  expect(errors).toEqual([]);
  expect(data.register).toMatchObject({ code: 'USERNAME_TAKEN' });
  expect(data.createNote.note.author).toEqual({ username: 'eve' });
});

test.each([
  ['51 characters', 'x'.repeat(51)],
  ['blanks alone', '  \t '],
  ['what has no width', '\u200B\u2060'],
  ['nothing', ''],
])('a display name of %s is refused', async (_what, displayName) => {
  await using app = await createTestApp();

  const { data } = await register(app.client(), { username: 'ada', displayName });

  expect(data.register).toMatchObject({ issues: [{ path: ['displayName'] }] });
  expect(await counts(app)).toEqual({ users: 0, sessions: 0 });
});

test('a display name has up to 50 code points, whatever they take to store', async () => {
  await using app = await createTestApp();
  const displayName = '🦊'.repeat(50);

  await register(app.client(), { username: 'ada', displayName });

  const { displayName: stored } = await app.orm.em
    .fork()
    .findOneOrFail(User, { usernameKey: 'ada' });
  expect(stored).toBe(displayName);
});

test('viewer tells who is logged in, and is null and no error for everybody else', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada', { displayName: 'Ada' }));
  const query = '{ viewer { username displayName user { username displayName } } }';

  const own = await ada.query(query);
  const strangers = await app.client().query(query);

  expect(own.data.viewer).toEqual({
    username: 'ada',
    displayName: 'Ada',
    user: { username: 'ada', displayName: 'Ada' },
  });
  expect(strangers).toMatchObject({ status: 200, data: { viewer: null }, errors: [] });
});

test('logging in again while logged in works, for the same user and for another', async () => {
  await using app = await createTestApp();
  const client = await app.as(await app.createUser('ada'));
  await app.createUser('eve');

  expect((await login(client, 'ada')).data.login).toMatchObject({ viewer: { username: 'ada' } });
  expect((await login(client, 'eve')).data.login).toMatchObject({ viewer: { username: 'eve' } });
  expect(await viewerOf(client)).toBe('eve');
  expect(await counts(app)).toEqual({ users: 2, sessions: 1 });
});

test('who has logged out is anonymous, and can log in again', async () => {
  await using app = await createTestApp();
  const client = await app.as(await app.createUser('ada'));

  await client.query(LOGOUT);
  expect(await viewerOf(client)).toBeNull();
  await login(client, 'ada');
  expect(await viewerOf(client)).toBe('ada');
});
