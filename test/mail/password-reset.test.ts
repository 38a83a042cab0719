import { hash } from 'argon2';
import { expect, test } from 'vitest';

import { AccessToken } from '../../src/auth/access-token.ts';
import { MailToken } from '../../src/auth/mail-token.ts';
import { hashOf } from '../../src/session/secret.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { HOUR, MINUTE, SECOND } from '../support/clock.ts';
import { hashesOf } from '../support/hashes.ts';
import { login, viewerOf } from '../support/login.ts';
import { requestPasswordReset, resetPassword, verifyEmail } from '../support/mail.ts';

const ADDRESS = 'ada@example.com';
const NEW = 'nine grey owls in the rain';

const invalid = { __typename: 'InvalidTokenError', code: 'INVALID_TOKEN' };

async function createAda(app: TestApp): Promise<User> {
  return app.createUser('ada', { email: ADDRESS });
}

/** @returns the token of a new mail */
async function tokenFor(app: TestApp, email = ADDRESS): Promise<string> {
  await requestPasswordReset(app.client(), email);

  return app.outbox.lastToken();
}

test('[G1] [A9] the token of a mail sets a new password, ends all sessions and access tokens, and logs nobody in', async () => {
  await using app = await createTestApp();
  const ada = await createAda(app);
  const browser = await app.as(ada);
  const program = await app.withToken(ada);
  const visitor = app.client();

  const { data } = await resetPassword(visitor, await tokenFor(app), NEW);

  expect(data.resetPassword).toEqual({ __typename: 'ResetPasswordSuccess', username: 'ada' });
  expect(await visitor.cookie()).toBeNull();
  expect(await viewerOf(browser)).toBeNull();
  expect((await program.query('{ viewer { username } }')).errors).toHaveLength(1);
  const em = app.orm.em.fork();
  expect(await em.count(Session)).toBe(0);
  expect(await em.count(AccessToken)).toBe(0);
  expect((await login(app.client(), 'ada')).data.login.code).toBe('INVALID_CREDENTIALS');
  expect((await login(app.client(), 'ada', NEW)).data.login.__typename).toBe('LoginSuccess');
  expect(app.events.map(({ type }) => type)).toContain('PASSWORD_RESET');
});

test('[G1] whoever resets the own password while logged in is logged out in the same operation', async () => {
  await using app = await createTestApp();
  const client = await app.as(await createAda(app));
  const token = await tokenFor(app);

  const { data } = await client.query(
    `mutation ($input: ResetPasswordInput!) {
      resetPassword(input: $input) { __typename }
      createNote(input: { title: "too late" }) { __typename }
    }`,
    { input: { token, newPassword: NEW } },
  );

  expect(data.resetPassword.__typename).toBe('ResetPasswordSuccess');
  expect(data.createNote).toBeNull();
  expect(await client.cookie()).toBeNull();
});

test('[G1] a token has 256 random bits, and is stored as a hash alone', async () => {
  await using app = await createTestApp();
  await createAda(app);

  const token = await tokenFor(app);

  expect(token).toMatch(/^[\w-]{43}$/u);
  const row = await app.orm.em.fork().findOneOrFail(MailToken, { purpose: 'PASSWORD_RESET' });
  expect(row.tokenHash).toBe(hashOf(token));
  expect((await resetPassword(app.client(), row.tokenHash, NEW)).data.resetPassword).toEqual(
    invalid,
  );
});

test('[G1] a token works once', async () => {
  await using app = await createTestApp();
  await createAda(app);
  const token = await tokenFor(app);
  await resetPassword(app.client(), token, NEW);

  const { data } = await resetPassword(app.client(), token, 'another long password');

  expect(data.resetPassword).toEqual(invalid);
  expect((await login(app.client(), 'ada', NEW)).data.login.__typename).toBe('LoginSuccess');
});

test('[G1] of two who use a token at the same moment, one wins', async () => {
  await using app = await createTestApp();
  await createAda(app);
  const token = await tokenFor(app);
  const passwords = ['the first long password', 'the second long password'];

  const answers = await Promise.all(
    passwords.map(async (password) => resetPassword(app.client(), token, password)),
  );

  const names = answers.map(({ data }) => String(data.resetPassword.__typename));
  expect(names.toSorted()).toEqual(['InvalidTokenError', 'ResetPasswordSuccess']);
  const winner = passwords[names.indexOf('ResetPasswordSuccess')];
  expect((await login(app.client(), 'ada', winner)).data.login.__typename).toBe('LoginSuccess');
});

test('[G1] a token works for an hour', async () => {
  await using app = await createTestApp();
  await createAda(app);

  const late = await tokenFor(app);
  app.clock.advance(HOUR);
  expect((await resetPassword(app.client(), late, NEW)).data.resetPassword).toEqual(invalid);

  const inTime = await tokenFor(app);
  app.clock.advance(HOUR - SECOND);
  expect((await resetPassword(app.client(), inTime, NEW)).data.resetPassword.__typename).toBe(
    'ResetPasswordSuccess',
  );
});

test('[G1] a new mail makes the token of the older one worthless', async () => {
  await using app = await createTestApp();
  await createAda(app);
  const older = await tokenFor(app);
  const newer = await tokenFor(app);

  expect((await resetPassword(app.client(), older, NEW)).data.resetPassword).toEqual(invalid);
  expect((await resetPassword(app.client(), newer, NEW)).data.resetPassword.__typename).toBe(
    'ResetPasswordSuccess',
  );
});

test('[G1] a token serves no other purpose', async () => {
  await using app = await createTestApp();
  await createAda(app);
  const token = await tokenFor(app);

  expect((await verifyEmail(app.client(), token)).data.verifyEmail).toEqual(invalid);
  expect((await resetPassword(app.client(), token, NEW)).data.resetPassword.__typename).toBe(
    'ResetPasswordSuccess',
  );
});

test.each<[string, (app: TestApp, ada: User) => Promise<unknown>]>([
  [
    'the password is changed',
    async ({ orm }, { id }) =>
      orm.em.fork().nativeUpdate(User, { id }, { passwordHash: await hash('something else') }),
  ],
  [
    'the address is another one',
    async ({ orm }, { id }) => orm.em.fork().nativeUpdate(User, { id }, { email: 'a@b.example' }),
  ],
  [
    'the account is disabled',
    async ({ orm, clock }, { id }) =>
      orm.em.fork().nativeUpdate(User, { id }, { disabledAt: clock() }),
  ],
  ['the account is deleted', async ({ orm }, { id }) => orm.em.fork().nativeDelete(User, { id })],
])('[G1] once %s, a token is worth nothing', async (_what, change) => {
  await using app = await createTestApp();
  const ada = await createAda(app);
  const token = await tokenFor(app);
  await change(app, ada);

  expect((await resetPassword(app.client(), token, NEW)).data.resetPassword).toEqual(invalid);
});

test('[G1] [B2] a password that is refused does not use the token up', async () => {
  await using app = await createTestApp();
  await createAda(app);
  const token = await tokenFor(app);

  for (const password of ['short', 'password123', 'adaada12']) {
    expect((await resetPassword(app.client(), token, password)).data.resetPassword).toEqual({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      issues: [{ path: ['newPassword'] }],
    });
  }
  expect((await resetPassword(app.client(), token, NEW)).data.resetPassword.__typename).toBe(
    'ResetPasswordSuccess',
  );
});

test.each(['', 'nonsense', 'A'.repeat(43), 'x'.repeat(5000), '\0', '\uD800'])(
  '[G1] what is no token hashes no password: %j',
  async (token) => {
    await using app = await createTestApp();
    await createAda(app);

    const hashes = await hashesOf(async () => {
      const { data } = await resetPassword(app.client(), token, NEW);
      expect(data.resetPassword).toEqual(invalid);
    });

    expect(hashes).toBe(0);
  },
);

test('[G1] an address that is not confirmed gets no mail', async () => {
  await using app = await createTestApp();
  await app.createUser('ada', { pendingEmail: ADDRESS });

  await requestPasswordReset(app.client(), ADDRESS);

  expect(await app.outbox.all()).toEqual([]);
});

test('a disabled account gets no mail', async () => {
  await using app = await createTestApp();
  await app.createUser('ada', { email: ADDRESS, disabledAt: app.clock() });

  await requestPasswordReset(app.client(), ADDRESS);

  expect(await app.outbox.all()).toEqual([]);
});

test('the mail goes to the address as its owner wrote it, in whatever case it is asked for', async () => {
  await using app = await createTestApp();
  await app.createUser('ada', { email: 'Ada@Example.com' });

  await requestPasswordReset(app.client(), 'aDA@eXAMPLE.COM');

  expect((await app.outbox.last())?.to).toBe('Ada@Example.com');
});

test('the owner is told by mail that the password was changed, and that no secret', async () => {
  await using app = await createTestApp();
  await createAda(app);
  await resetPassword(app.client(), await tokenFor(app), NEW);

  const notice = await app.outbox.last();
  expect(notice).toMatchObject({
    to: ADDRESS,
    subject: 'Your password for Jotter was changed',
    token: '',
  });
  expect(notice?.text).not.toContain(NEW);
});

test('[B6] a reset lets the owner in at once, who has tried too often', async () => {
  await using app = await createTestApp();
  await createAda(app);
  for (let attempt = 0; attempt < 11; attempt += 1) {
    await login(app.client('192.0.2.1'), 'ada', 'forgotten');
  }

  await resetPassword(app.client('192.0.2.1'), await tokenFor(app), NEW);

  expect((await login(app.client('192.0.2.1'), 'ada', NEW)).data.login.__typename).toBe(
    'LoginSuccess',
  );
});

test('[A9] a login that is under way during a reset fails', async () => {
  await using app = await createTestApp();
  await createAda(app);
  const token = await tokenFor(app);

  const logins = Array.from({ length: 5 }, async () => login(app.client(), 'ada'));
  await resetPassword(app.client(), token, NEW);
  await Promise.all(logins);

  const em = app.orm.em.fork();
  expect(await em.count(Session)).toBe(0);
  expect((await login(app.client(), 'ada', PASSWORD)).data.login.code).toBe('INVALID_CREDENTIALS');
});

test('[B6] three mails go to one address, and then there is one in ten minutes', async () => {
  await using app = await createTestApp();
  await createAda(app);
  const clients = ['192.0.2.1', '198.51.100.1', '203.0.113.1'].map((it) => app.client(it));
  for (const client of clients) {
    expect((await requestPasswordReset(client, ADDRESS)).errors).toEqual([]);
  }

  const refused = await requestPasswordReset(app.client('192.0.2.77'), 'ADA@example.com');
  expect(refused.errors[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 600 });
  expect(app.events.at(-1)).toMatchObject({ type: 'MAIL_THROTTLED', userId: null });
  app.clock.advance(10 * MINUTE);
  expect((await requestPasswordReset(app.client(), ADDRESS)).errors).toEqual([]);
});

test('[B6] a network may ask for twenty mails at once, to whatever addresses', async () => {
  await using app = await createTestApp();
  const client = app.client('192.0.2.1');
  for (let number = 0; number < 20; number += 1) {
    expect((await requestPasswordReset(client, `user${number}@example.com`)).errors).toEqual([]);
  }

  const { errors } = await requestPasswordReset(client, 'another@example.com');
  expect(errors[0]?.extensions['code']).toBe('RATE_LIMITED');
});
