import { argon2id, hash, verify } from 'argon2';
import { expect, test } from 'vitest';

import { ThrottleBucket } from '../../src/auth/throttle-bucket.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { login } from '../support/login.ts';

/** Begins a login whose hash has to wait for others, and returns when its user has been looked up. */
async function loginInAQueue(app: TestApp, username: string) {
  const others = logInOthers(app, 12);
  await expect.poll(async () => attemptsOf(app)).toBe(12);
  const answer = login(app.client(), username);
  await expect.poll(async () => attemptsOf(app)).toBe(13);
  await app.orm.em.fork().count(User);

  return { answer, others };
}

/** How many accounts somebody is trying. */
async function attemptsOf({ orm }: TestApp): Promise<number> {
  return orm.em.fork().count(ThrottleBucket, { key: { $like: 'account:%' } });
}

async function logInOthers(app: TestApp, count: number) {
  return Promise.all(
    Array.from({ length: count }, async (_, number) => login(app.client(), `nobody${number}`)),
  );
}

/** Gives a user a hash of the kit's password that a login replaces. */
async function useOutdatedHash(app: TestApp, user: User): Promise<string> {
  const passwordHash = await hash(PASSWORD, { type: argon2id, memoryCost: 1024, timeCost: 2 });
  await app.orm.em.fork().nativeUpdate(User, { id: user.id }, { passwordHash });

  return passwordHash;
}

async function passwordHashOf(app: TestApp, { id }: User): Promise<string> {
  const user = await app.orm.em.fork().findOneOrFail(User, id, { populate: ['passwordHash'] });

  return user.passwordHash;
}

test.each([
  ['its password is changed', async () => ({ passwordHash: await hash('another long password') })],
  ['its account is disabled', async () => ({ disabledAt: new Date() })],
])('[A9] a login that waits for its hash fails when %s meanwhile', async (_what, changes) => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const content = await changes();

  const { answer, others } = await loginInAQueue(app, 'ada');
  await app.orm.em.fork().nativeUpdate(User, { id: user.id }, content);

  expect((await answer).data.login).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  expect(await app.orm.em.fork().count(Session)).toBe(0);
  await others;
});

test('[B1] a login replaces a hash of old parameters, in one write that names the old one', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const outdated = await useOutdatedHash(app, user);

  const statements = await app.statementsOf(async () => {
    expect((await login(app.client(), 'ada')).data.login.__typename).toBe('LoginSuccess');
  });

  expect(statements.filter((sql) => sql.startsWith('update "user"'))).toEqual([
    expect.stringContaining(`where "id" = '${user.id}' and "password_hash" = '${outdated}'`),
  ]);
  const replaced = await passwordHashOf(app, user);
  expect(replaced).not.toBe(outdated);
  expect(await verify(replaced, PASSWORD)).toBe(true);
});

test('[A9, B1] a login that hashes anew does not bring back a password that is changed meanwhile', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  await useOutdatedHash(app, user);
  const changed = await hash('another long password');

  const { answer, others } = await loginInAQueue(app, 'ada');
  const more = logInOthers(app, 6);
  // The password was right: the bucket is empty, and the new hash is waited for.
  await expect.poll(async () => attemptsOf(app), { interval: 1 }).toBe(12);
  await app.orm.em.fork().nativeUpdate(User, { id: user.id }, { passwordHash: changed });

  expect((await answer).data.login).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  expect(await passwordHashOf(app, user)).toBe(changed);
  expect(await app.orm.em.fork().count(Session)).toBe(0);
  await Promise.all([others, more]);
});

test('[B1] logins that come together with a hash of old parameters all succeed', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  await useOutdatedHash(app, user);

  const answers = await Promise.all([1, 2, 3].map(async () => login(app.client(), 'ada')));

  expect(answers.map(({ data }) => data.login.__typename)).toEqual(
    answers.map(() => 'LoginSuccess'),
  );
  expect(await app.orm.em.fork().count(Session, { user: user.id })).toBe(3);
  expect(await verify(await passwordHashOf(app, user), PASSWORD)).toBe(true);
});

test('[A9] a password that an operator sets meanwhile is not replaced by whoever knew the old one', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const reset = await hash('another long password');
  const others = logInOthers(app, 6);
  await expect.poll(async () => attemptsOf(app)).toBe(6);

  const answer = ada.query(
    `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }`,
    { input: { currentPassword: PASSWORD, newPassword: 'what a thief would like' } },
  );
  await expect.poll(async () => attemptsOf(app)).toBe(7);
  const more = logInOthers(app, 6);
  // The current password was right: the bucket is empty, and the new hash is waited for.
  await expect.poll(async () => attemptsOf(app), { interval: 1 }).toBe(6);
  await app.orm.em.fork().nativeUpdate(User, { id: user.id }, { passwordHash: reset });

  expect((await answer).data.changePassword.__typename).toBe('InvalidCredentialsError');
  expect(await passwordHashOf(app, user)).toBe(reset);
  await Promise.all([others, more]);
});
