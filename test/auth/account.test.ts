/** One's own account: its password, its profile, its end. `accounts.test.ts` shows how it begins. */
import { expect, test } from 'vitest';

import { AccessToken } from '../../src/auth/access-token.ts';
import { SecurityEvent } from '../../src/auth/security-event.ts';
import { encodeGlobalId } from '../../src/graphql/global-id.ts';
import { Note } from '../../src/notes/note.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { login, tokenOf, viewerOf } from '../support/login.ts';
import { storeNotes } from '../support/notes.ts';

const NEW_PASSWORD = 'a swim in the cold lake';
const CHANGE_PASSWORD = `mutation ($input: ChangePasswordInput!) {
  changePassword(input: $input) {
    __typename
    ... on ChangePasswordSuccess { viewer { username } }
    ... on UserError { code }
    ... on InvalidInputError { issues { path } }
  }
}`;
const UPDATE_PROFILE = `mutation ($input: UpdateProfileInput!) {
  updateProfile(input: $input) {
    __typename
    ... on UpdateProfileSuccess { viewer { displayName user { displayName } } }
    ... on UserError { code }
  }
}`;
const DELETE_ACCOUNT = `mutation ($username: String!) {
  deleteAccount(input: { username: $username }) {
    __typename
    ... on DeleteAccountSuccess { deletedUserId }
    ... on UserError { code }
    ... on InvalidInputError { issues { path } }
  }
}`;

async function hashOf({ orm }: TestApp, user: User): Promise<string> {
  const { passwordHash } = await orm.em
    .fork()
    .findOneOrFail(User, user.id, { populate: ['passwordHash'] });

  return String(passwordHash);
}

function passwords(currentPassword: string, newPassword: string) {
  return { input: { currentPassword, newPassword } };
}

test('[A9] [B8] a changed password is the one that counts, for this session and every login', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const [laptop, phone] = [await app.as(user, { fresh: false }), await app.as(user)];
  const before = await tokenOf(laptop);

  const { data } = await laptop.query(CHANGE_PASSWORD, passwords(PASSWORD, NEW_PASSWORD));

  expect(data.changePassword).toEqual({
    __typename: 'ChangePasswordSuccess',
    viewer: { username: 'ada' },
  });
  const after = await tokenOf(laptop);
  expect(after.id).toBe(before.id);
  expect(after.secret).not.toBe(before.secret);
  expect([await viewerOf(laptop), await viewerOf(phone)]).toEqual(['ada', null]);
  const codes = [
    await login(app.client(), 'ada', PASSWORD),
    await login(app.client(), 'ada', NEW_PASSWORD),
  ].map((answer) => answer.data.login.code ?? answer.data.login.__typename);
  expect(codes).toEqual(['INVALID_CREDENTIALS', 'LoginSuccess']);
});

test.each([
  ['a wrong current password', passwords('not the password', NEW_PASSWORD), 'INVALID_CREDENTIALS'],
  ['an empty current password', passwords('', NEW_PASSWORD), 'INVALID_CREDENTIALS'],
  ['a new password that is too short', passwords(PASSWORD, 'short'), 'INVALID_INPUT'],
  ['a new password that everybody has', passwords(PASSWORD, 'password123'), 'INVALID_INPUT'],
  ['a new password made of the user name', passwords(PASSWORD, 'Lovelace-1'), 'INVALID_INPUT'],
])('[B8] %s changes nothing', async (_what, variables, code) => {
  await using app = await createTestApp();
  const user = await app.createUser('lovelace');
  const [laptop, phone] = [await app.as(user), await app.as(user)];
  const hash = await hashOf(app, user);
  const cookie = await laptop.cookie();

  const { data } = await laptop.query(CHANGE_PASSWORD, variables);

  expect(data.changePassword.code).toBe(code);
  expect(await hashOf(app, user)).toBe(hash);
  expect(await laptop.cookie()).toBe(cookie);
  expect([await viewerOf(laptop), await viewerOf(phone)]).toEqual(['lovelace', 'lovelace']);
});

test('[A9] access tokens go on after a changed password', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const program = await app.withToken(user);

  await (await app.as(user)).query(CHANGE_PASSWORD, passwords(PASSWORD, NEW_PASSWORD));

  expect(await viewerOf(program)).toBe('ada');
});

test.each([
  [{ displayName: 'Ada Lovelace' }, 'Ada Lovelace'],
  [{ displayName: null }, null],
  [{}, null],
])('a profile of %j shows %j from now on', async (input, displayName) => {
  await using app = await createTestApp();
  const user = await app.createUser('ada', { displayName: 'Countess' });
  const ada = await app.as(user, { fresh: false });

  const { data } = await ada.query(UPDATE_PROFILE, { input });

  expect(data.updateProfile).toEqual({
    __typename: 'UpdateProfileSuccess',
    viewer: { displayName, user: { displayName } },
  });
  const seen = await app
    .client()
    .query('query ($id: ID!) { node(id: $id) { ... on User { displayName } } }', {
      id: encodeGlobalId('User', user.id),
    });
  expect(seen.data.node).toEqual({ displayName });
});

test.each(['', '   ', 'x'.repeat(51), 'a\0b'])(
  'a profile with the display name %j changes nothing',
  async (displayName) => {
    await using app = await createTestApp();
    const user = await app.createUser('ada', { displayName: 'Countess' });

    const { data } = await (await app.as(user)).query(UPDATE_PROFILE, { input: { displayName } });

    expect(data.updateProfile).toEqual({ __typename: 'InvalidInputError', code: 'INVALID_INPUT' });
    expect((await app.orm.em.fork().findOneOrFail(User, user.id)).displayName).toBe('Countess');
  },
);

test('[B8] a deleted account takes all that belonged to it along, and nothing of anybody else', async () => {
  await using app = await createTestApp();
  const [user, eve] = [await app.createUser('Ada'), await app.createUser('eve')];
  const [laptop, phone] = [await app.as(user), await app.as(user)];
  const program = await app.withToken(user);
  const [evesClient, evesProgram] = [await app.as(eve), await app.withToken(eve)];
  await storeNotes(app, user, [{ visibility: 'PUBLIC' }, { visibility: 'PRIVATE' }]);
  await storeNotes(app, eve, [{ visibility: 'PRIVATE' }]);
  await login(app.client(), 'ada', 'not the password');

  const { data, headers } = await laptop.query(DELETE_ACCOUNT, { username: 'ada' });

  expect(data.deleteAccount).toEqual({
    __typename: 'DeleteAccountSuccess',
    deletedUserId: encodeGlobalId('User', user.id),
  });
  expect(headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')]);
  expect([await viewerOf(laptop), await viewerOf(phone)]).toEqual([null, null]);
  expect((await program.query('{ viewer { id } }')).status).toBe(401);
  expect([await viewerOf(evesClient), await viewerOf(evesProgram)]).toEqual(['eve', 'eve']);
  const em = app.orm.em.fork();
  expect({
    users: await em.count(User),
    sessions: await em.count(Session),
    tokens: await em.count(AccessToken),
    events: await em.count(SecurityEvent),
    notes: await em.count(Note),
  }).toEqual({ users: 1, sessions: 1, tokens: 1, events: 0, notes: 1 });
});

test('[B8] who types another name deletes nothing', async () => {
  await using app = await createTestApp();
  const [user] = [await app.createUser('ada'), await app.createUser('eve')];
  const ada = await app.as(user);

  for (const username of ['eve', '', 'ada ', 'аda']) {
    expect((await ada.query(DELETE_ACCOUNT, { username })).data.deleteAccount).toEqual({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      issues: [{ path: ['username'] }],
    });
  }
  expect(await app.orm.em.fork().count(User)).toBe(2);
  expect(await viewerOf(ada)).toBe('ada');
});

test('the fields that follow a deleted account are anonymous, and its name is free', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const { data, errors } = await ada.query(`mutation {
    deleteAccount(input: { username: "ada" }) { __typename }
    createNote(input: { title: "after" }) { __typename }
    register(input: { username: "ada", password: "${NEW_PASSWORD}" }) { __typename }
  }`);

  expect(data).toEqual({
    deleteAccount: { __typename: 'DeleteAccountSuccess' },
    createNote: null,
    register: { __typename: 'RegisterSuccess' },
  });
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(await app.orm.em.fork().count(Note)).toBe(0);
  expect(await viewerOf(ada)).toBe('ada');
});

test('[A9] who is disabled is refused everywhere, and is back when enabled again', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const program = await app.withToken(user);
  const em = app.orm.em.fork();
  await em.nativeUpdate(User, user.id, { disabledAt: app.clock() });

  expect(await viewerOf(ada)).toBeNull();
  expect((await program.query('{ viewer { id } }')).status).toBe(401);
  expect((await login(app.client(), 'ada')).data.login.code).toBe('INVALID_CREDENTIALS');

  await em.nativeUpdate(User, user.id, { disabledAt: null });
  expect([await viewerOf(ada), await viewerOf(program)]).toEqual(['ada', 'ada']);
});
