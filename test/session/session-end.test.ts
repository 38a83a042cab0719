import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD } from '../support/app.ts';
import { login, LOGOUT, register, tokenOf, viewerOf } from '../support/login.ts';

function attributesOf(setCookie: string): string[] {
  return setCookie.split('; ').slice(1).toSorted();
}

test('[A6] login keeps nothing of a session that came with the request', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const eve = await app.as(await app.createUser('eve'));
  const planted = (await eve.cookie()) ?? '';
  const plantedToken = await tokenOf(eve);
  const ada = app.client();
  await ada.setCookie(planted);

  await login(ada, 'ada');

  const token = await tokenOf(ada);
  expect(token.id).not.toBe(plantedToken.id);
  expect(token.secret).not.toBe(plantedToken.secret);
  expect(await app.orm.em.fork().count(Session, { id: plantedToken.id })).toBe(0);
  expect(await viewerOf(ada)).toBe('ada');
  expect(await viewerOf(eve)).toBeNull();
});

test('[A6] registering keeps nothing of a session that came with the request', async () => {
  await using app = await createTestApp();
  const eve = await app.as(await app.createUser('eve'));
  const ada = app.client();
  await ada.setCookie((await eve.cookie()) ?? '');

  await register(ada, { username: 'ada' });

  expect((await tokenOf(ada)).id).not.toBe((await tokenOf(eve)).id);
  expect(await viewerOf(ada)).toBe('ada');
  expect(await viewerOf(eve)).toBeNull();
  expect(await app.orm.em.fork().count(Session)).toBe(1);
});

test('[A6] a second login of the same user makes a new session and ends the old one', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const ada = app.client();
  await login(ada, 'ada');
  const copy = app.client();
  await copy.setCookie((await ada.cookie()) ?? '');

  const { data } = await login(ada, 'ada');

  expect(data.login).toMatchObject({ __typename: 'LoginSuccess' });
  expect(await viewerOf(ada)).toBe('ada');
  expect(await viewerOf(copy)).toBeNull();
  expect(await app.orm.em.fork().count(Session)).toBe(1);
});

test('[A6] a refused login leaves the session as it is', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const eve = await app.as(await app.createUser('eve'));
  const before = await eve.cookie();

  const { data } = await login(eve, 'ada', 'not the password');

  expect(data.login).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  expect(await eve.cookie()).toBe(before);
  expect(await viewerOf(eve)).toBe('eve');
});

test('[A7] after a logout a copied cookie is anonymous', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const copy = app.client();
  await copy.setCookie((await ada.cookie()) ?? '');

  const { data } = await ada.query(LOGOUT);

  expect(data.logout.endedSessionIds).toHaveLength(1);
  expect(await app.orm.em.fork().count(Session)).toBe(0);
  expect(await ada.cookie()).toBeNull();
  expect(await viewerOf(copy)).toBeNull();
});

test('[A7] a logout ends this session alone', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const [laptop, phone] = [await app.as(user), await app.as(user)];

  await laptop.query(LOGOUT);

  expect(await viewerOf(laptop)).toBeNull();
  expect(await viewerOf(phone)).toBe('ada');
});

test('[A7] a logout without a session succeeds and clears the cookie', async () => {
  await using app = await createTestApp();
  const visitor = app.client();

  const { data, errors, headers } = await visitor.query(LOGOUT);

  expect({ data, errors }).toEqual({ data: { logout: { endedSessionIds: [] } }, errors: [] });
  expect(headers.getSetCookie()).toEqual([
    expect.stringMatching(/^session=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/),
  ]);
});

test('[A7] a logout with a cookie that is not good succeeds and clears it', async () => {
  await using app = await createTestApp();
  const visitor = app.client();
  await visitor.setCookie('forged');

  const { data } = await visitor.query(LOGOUT);

  expect(data).toEqual({ logout: { endedSessionIds: [] } });
  expect(await visitor.cookie()).toBeNull();
});

test('[A7] two logouts of one session at once both succeed', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const copy = app.client();
  await copy.setCookie((await ada.cookie()) ?? '');

  const answers = await Promise.all([ada.query(LOGOUT), copy.query(LOGOUT)]);

  expect(answers.map(({ errors }) => errors)).toEqual([[], []]);
  expect(await app.orm.em.fork().count(Session)).toBe(0);
});

test('[A7] in production the cookie is cleared with the attributes it was set with', async () => {
  const publicUrl = new URL('https://notes.test');
  await using app = await createTestApp({ config: { isProduction: true, publicUrl } });
  await app.createUser('ada');
  const ada = app.client();
  const set = (await login(ada, 'ada')).headers.getSetCookie()[0] ?? '';

  const [cleared = ''] = (await ada.query(LOGOUT)).headers.getSetCookie();

  expect(cleared).toMatch(/^__Host-session=;/);
  expect(attributesOf(cleared)).toEqual(['Max-Age=0', ...attributesOf(set)].toSorted());
  expect(await ada.cookie()).toBeNull();
});

test('[A9] a disabled user is anonymous at the next request', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  expect(await viewerOf(ada)).toBe('ada');

  await app.orm.em.fork().nativeUpdate(User, user.id, { disabledAt: app.clock() });

  expect(await viewerOf(ada)).toBeNull();
  const { errors } = await ada.query('mutation { deleteNote(input: { id: "x" }) { __typename } }');
  expect(errors[0]?.extensions).toMatchObject({ code: 'ACCOUNT_DISABLED' });
});

test('[A9] a deleted user is anonymous at the next request, and leaves no session', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  expect(await viewerOf(ada)).toBe('ada');

  await app.orm.em.fork().nativeDelete(User, user.id);

  expect(await viewerOf(ada)).toBeNull();
  expect(await app.orm.em.fork().count(Session)).toBe(0);
});

test('[A9] who is anonymous for any of these reasons can log in again at once', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const user = await app.createUser('eve');
  const client = await app.as(user);
  await app.orm.em.fork().nativeUpdate(User, user.id, { disabledAt: app.clock() });

  await login(client, 'ada', PASSWORD);

  expect(await viewerOf(client)).toBe('ada');
});
