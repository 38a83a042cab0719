import { expect, test } from 'vitest';

import { findAccount, resetPassword as resetPasswordOf } from '../../src/auth/administration.ts';
import type { MailKind } from '../../src/auth/mail-kinds.ts';
import { MailToken } from '../../src/auth/mail-token.ts';
import { createPasswords } from '../../src/auth/passwords.ts';
import { sweep } from '../../src/housekeeping.ts';
import { OutboxMail } from '../../src/mail/outbox-mail.ts';
import { createOutbox } from '../../src/mail/outbox.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { DAY, SECOND } from '../support/clock.ts';
import { login, register } from '../support/login.ts';
import {
  emailsOf,
  requestEmailChange,
  requestPasswordReset,
  resendEmailVerification,
  resetPassword,
  verifyEmail,
} from '../support/mail.ts';

const ADDRESS = 'ada@example.com';
const OTHER = 'ada@other.example';

const invalid = { __typename: 'InvalidTokenError', code: 'INVALID_TOKEN' };

async function rowOf({ orm }: TestApp, username: string): Promise<User> {
  return orm.em.fork().findOneOrFail(User, { usernameKey: username });
}

test('an address that is given at registration is good for nothing until it is confirmed, and then for a login', async () => {
  await using app = await createTestApp();
  const ada = app.client();
  await register(ada, { username: 'ada', email: ADDRESS });

  expect(await emailsOf(ada)).toEqual({ email: null, pendingEmail: ADDRESS });
  expect((await login(app.client(), ADDRESS)).data.login.code).toBe('INVALID_CREDENTIALS');

  const { data } = await verifyEmail(app.client(), await app.outbox.lastToken());

  // Whoever opens the mail elsewhere is shown nothing, and is not logged in.
  expect(data.verifyEmail).toEqual({ __typename: 'VerifyEmailSuccess', viewer: null });
  expect(await emailsOf(ada)).toEqual({ email: ADDRESS, pendingEmail: null });
  expect((await login(app.client(), 'Ada@EXAMPLE.com')).data.login).toMatchObject({
    viewer: { username: 'ada' },
  });
});

test('an account needs no address', async () => {
  await using app = await createTestApp();
  const ada = app.client();
  await register(ada, { username: 'ada' });

  expect(await emailsOf(ada)).toEqual({ email: null, pendingEmail: null });
  expect(await app.outbox.all()).toEqual([]);
});

test('whoever is logged in sees the confirmed address in the same operation', async () => {
  await using app = await createTestApp();
  const ada = app.client();
  await register(ada, { username: 'ada', email: ADDRESS });

  const { data } = await verifyEmail(ada, await app.outbox.lastToken());

  expect(data.verifyEmail.viewer).toEqual({ email: ADDRESS, pendingEmail: null });
});

test('[G1] the token of an address works once, and for 24 hours', async () => {
  await using app = await createTestApp();
  const ada = app.client();
  await register(ada, { username: 'ada', email: ADDRESS });
  const late = await app.outbox.lastToken();
  app.clock.advance(DAY);
  expect((await verifyEmail(app.client(), late)).data.verifyEmail).toEqual(invalid);

  const user = await rowOf(app, 'ada');
  await resendEmailVerification(await app.as(user), ADDRESS);
  const token = await app.outbox.lastToken();
  app.clock.advance(DAY - SECOND);
  const names: string[] = [];
  for (let time = 0; time < 2; time += 1) {
    const { data } = await verifyEmail(app.client(), token);
    names.push(data.verifyEmail.__typename);
  }
  expect(names).toEqual(['VerifyEmailSuccess', 'InvalidTokenError']);
});

test('[G1] of two who confirm at the same moment, one wins', async () => {
  await using app = await createTestApp();
  await register(app.client(), { username: 'ada', email: ADDRESS });
  const token = await app.outbox.lastToken();

  const answers = await Promise.all([0, 1].map(async () => verifyEmail(app.client(), token)));

  expect(answers.map(({ data }) => String(data.verifyEmail.__typename)).toSorted()).toEqual([
    'InvalidTokenError',
    'VerifyEmailSuccess',
  ]);
});

test('[G1] the token of an address resets no password', async () => {
  await using app = await createTestApp();
  await register(app.client(), { username: 'ada', email: ADDRESS });
  const token = await app.outbox.lastToken();

  const { data } = await resetPassword(app.client(), token, 'nine grey owls in the rain');

  expect(data.resetPassword).toEqual(invalid);
});

test('[G1] a token confirms the address that it was sent to, and no later one', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await requestEmailChange(ada, ADDRESS);
  const token = await app.outbox.lastToken();
  await requestEmailChange(ada, OTHER);

  expect((await verifyEmail(app.client(), token)).data.verifyEmail).toEqual(invalid);
  expect(await emailsOf(ada)).toEqual({ email: null, pendingEmail: OTHER });
});

test('[G3] [B8] the old address stays until the new one is confirmed, and is told both times', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada', { email: ADDRESS }));

  const { data } = await requestEmailChange(ada, OTHER);

  expect(data.requestEmailChange.viewer).toEqual({ email: ADDRESS, pendingEmail: OTHER });
  expect((await login(app.client(), ADDRESS)).data.login.__typename).toBe('LoginSuccess');
  const mails = await app.outbox.all();
  expect(mails.find(({ to }) => to === ADDRESS)?.subject).toMatch(/^A new address/u);
  const token = mails.find(({ to }) => to === OTHER)?.token ?? '';

  await verifyEmail(app.client(), token);

  expect(await emailsOf(ada)).toEqual({ email: OTHER, pendingEmail: null });
  expect((await login(app.client(), ADDRESS)).data.login.code).toBe('INVALID_CREDENTIALS');
  const last = (await app.outbox.all()).findLast(({ to }) => to === ADDRESS);
  expect(last?.subject).toMatch(/^This address is no longer/u);
  // Where it went is nobody's business any more.
  expect(last?.text).not.toContain(OTHER);
  expect(app.events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['EMAIL_CHANGE_REQUESTED', 'EMAIL_CHANGED']),
  );
});

test('[G1] [B8] a confirmed new address ends the reset that the old one was sent', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada', { email: ADDRESS }));
  await requestEmailChange(ada, OTHER);
  const token = (await app.outbox.all()).find(({ to }) => to === OTHER)?.token ?? '';
  await requestPasswordReset(app.client(), ADDRESS);
  const reset = await app.outbox.lastToken();

  await verifyEmail(app.client(), token);

  expect(
    (await resetPassword(app.client(), reset, 'nine grey owls in the rain')).data.resetPassword,
  ).toEqual(invalid);
});

test('[B8] a changed or removed address needs a fresh login', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada', { email: ADDRESS });
  const stale = await app.as(user, { fresh: false });

  const answers = [
    await requestEmailChange(stale, OTHER),
    await stale.query(`mutation { removeEmail(input: { email: "${ADDRESS}" }) { __typename } }`),
  ];

  expect(answers.map(({ errors }) => errors[0]?.extensions['code'])).toEqual([
    'REAUTHENTICATION_REQUIRED',
    'REAUTHENTICATION_REQUIRED',
  ]);
  expect(await rowOf(app, 'ada')).toMatchObject({ email: ADDRESS, pendingEmail: null });
});

test('a removed address is told, and is free', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada', { email: ADDRESS }));

  await ada.query(`mutation { removeEmail(input: { email: "${ADDRESS}" }) { __typename } }`);

  expect(await app.outbox.last()).toMatchObject({ to: ADDRESS, token: '' });
  await register(app.client(), { username: 'grace', email: ADDRESS });
  await verifyEmail(app.client(), await app.outbox.lastToken());
  expect(await rowOf(app, 'grace')).toMatchObject({ emailKey: ADDRESS });
});

test('the fields that follow a change of the account see it, and so does its row', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada', { email: ADDRESS }));
  await requestEmailChange(ada, OTHER);
  const token = (await app.outbox.all()).find(({ to }) => to === OTHER)?.token ?? '';
  const seen = 'viewer { displayName email pendingEmail }';

  const { data, errors } = await ada.query(`mutation {
    named: updateProfile(input: { displayName: "Ada" }) { ... on UpdateProfileSuccess { ${seen} } }
    verifyEmail(input: { token: "${token}" }) { ... on VerifyEmailSuccess { ${seen} } }
    removed: removeEmail(input: { email: "${OTHER}" }) { ... on RemoveEmailSuccess { ${seen} } }
    again: removeEmail(input: { email: "${OTHER}" }) { ... on UserError { code } }
    renamed: updateProfile(input: { displayName: null }) { ... on UpdateProfileSuccess { ${seen} } }
    login(input: { username: "ada", password: "${PASSWORD}" }) { ... on LoginSuccess { ${seen} } }
  }`);

  expect(errors).toEqual([]);
  expect(data).toEqual({
    named: { viewer: { displayName: 'Ada', email: ADDRESS, pendingEmail: OTHER } },
    verifyEmail: { viewer: { displayName: 'Ada', email: OTHER, pendingEmail: null } },
    removed: { viewer: { displayName: 'Ada', email: null, pendingEmail: null } },
    again: { code: 'NOT_FOUND' },
    renamed: { viewer: { displayName: null, email: null, pendingEmail: null } },
    login: { viewer: { displayName: null, email: null, pendingEmail: null } },
  });
  expect(await rowOf(app, 'ada')).toMatchObject({
    displayName: null,
    email: null,
    emailKey: null,
    pendingEmail: null,
  });
});

test('an address that several have given belongs to whoever confirms it first', async () => {
  await using app = await createTestApp();
  await register(app.client(), { username: 'ada', email: ADDRESS });
  await app.outbox.all();
  await register(app.client(), { username: 'eve', email: 'ADA@example.com' });
  const [first = '', second = ''] = (await app.outbox.all()).map(({ token }) => token);

  expect((await verifyEmail(app.client(), second)).data.verifyEmail.__typename).toBe(
    'VerifyEmailSuccess',
  );
  expect((await verifyEmail(app.client(), first)).data.verifyEmail).toEqual(invalid);
  expect(await rowOf(app, 'ada')).toMatchObject({ email: null, pendingEmail: ADDRESS });
  expect(await rowOf(app, 'eve')).toMatchObject({ email: 'ADA@example.com' });
});

test('[G2] an address that nobody has confirmed keeps its owner from nothing', async () => {
  await using app = await createTestApp();
  await register(app.client(), { username: 'squatter', email: ADDRESS });
  await app.outbox.all();
  const ada = app.client();
  await register(ada, { username: 'ada', email: ADDRESS });

  await verifyEmail(ada, await app.outbox.lastToken());

  expect(await emailsOf(ada)).toEqual({ email: ADDRESS, pendingEmail: null });
});

test('one cannot take the own address anew', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada', { email: ADDRESS, pendingEmail: OTHER }));

  const { data } = await requestEmailChange(ada, 'ADA@example.com');

  expect(data.requestEmailChange.viewer).toEqual({ email: ADDRESS, pendingEmail: null });
  expect(await app.outbox.all()).toEqual([]);
});

test('the mail of an address is sent again to whom it belongs', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada', { pendingEmail: ADDRESS }));

  expect((await resendEmailVerification(ada, OTHER)).data.resendEmailVerification.code).toBe(
    'NOT_FOUND',
  );
  await resendEmailVerification(ada, ADDRESS);
  await verifyEmail(ada, await app.outbox.lastToken());
  expect((await resendEmailVerification(ada, ADDRESS)).data.resendEmailVerification.code).toBe(
    'NOT_FOUND',
  );
});

test('[B6] a user may ask for five mails, to whatever addresses, and then for one in ten minutes', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  for (let number = 0; number < 5; number += 1) {
    expect((await requestEmailChange(ada, `ada${number}@example.com`)).errors).toEqual([]);
  }

  const { errors } = await requestEmailChange(ada, 'victim@example.com');
  expect(errors[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 600 });
  expect(await emailsOf(ada)).toMatchObject({ pendingEmail: 'ada4@example.com' });
});

const refused: readonly [string, string][] = [
  ['without an @', 'ada'],
  ['without a domain', 'ada@'],
  ['without a dot in the domain', 'ada@localhost'],
  ['with a line feed', 'ada@example.com\nBcc: eve@evil.example'],
  ['with an encoded line feed in the name', 'ada\r\nBcc@example.com'],
  ['with a carriage return at its end', 'ada@example.com\r'],
  ['with a NUL', 'ada\0@example.com'],
  ['that is two', 'ada@example.com,eve@evil.example'],
  ['that is two with a blank', 'ada@example.com eve@evil.example'],
  ['with a name', 'Ada <ada@example.com>'],
  ['with a quoted part', '"ada\\" <eve@evil.example>"@example.com'],
  ['with a comment', 'ada(comment)@example.com'],
  ['with letters that look alike', 'аda@example.com'],
  ['with a letter that becomes another one', 'ada@example.ſom'],
  ['with blanks around it', ' ada@example.com '],
  ['with a long name', `${'a'.repeat(65)}@example.com`],
  ['that is too long', `ada@${'example.'.repeat(40)}com`],
  ['that is very long', `${'a@'.repeat(100_000)}example.com`],
];

test.each(refused)('[G3] an address %s is refused, and gets nothing', async (_what, email) => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const answers = [
    (await register(app.client(), { username: 'grace', email })).data.register,
    (await requestEmailChange(ada, email)).data.requestEmailChange,
    (await requestPasswordReset(app.client(), email)).data.requestPasswordReset,
  ];

  const issues = { code: 'INVALID_INPUT', issues: [{ path: ['email'] }] };
  expect(answers).toMatchObject([issues, issues, issues]);
  expect(await app.orm.em.fork().count(OutboxMail)).toBe(0);
  expect(await app.orm.em.fork().count(User)).toBe(1);
});

test.each([
  [
    'by its owner',
    async (_app: TestApp, ada: TestClient) =>
      ada.query(
        `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }`,
        { input: { currentPassword: PASSWORD, newPassword: 'nine grey owls in the rain' } },
      ),
  ],
  [
    'by mail',
    async (app: TestApp) => {
      await requestPasswordReset(app.client(), ADDRESS);
      const token = await app.outbox.lastToken();
      await resetPassword(app.client(), token, 'nine grey owls in the rain');
    },
  ],
  [
    'by an operator',
    async (app: TestApp) => {
      const { orm, changes, clock } = app;
      const em = orm.em.fork();
      const scope = {
        em,
        changes,
        clock,
        events: { record: async () => {} },
        exchange: { address: null, headers: {} },
        outbox: createOutbox<MailKind>({ clock, wake: null }),
        passwords: createPasswords({ minLength: 8 }),
      };
      await resetPasswordOf(scope, await findAccount(scope, 'ada'), 'nine grey owls in the rain');
    },
  ],
])(
  '[G1] a password that is changed %s ends what a thief has begun: no other address is confirmed any more',
  async (_how, changePassword) => {
    await using app = await createTestApp();
    const user = await app.createUser('ada', { email: ADDRESS });
    await requestEmailChange(await app.as(user), OTHER);
    const stolen = (await app.outbox.all()).find(({ to }) => to === OTHER)?.token ?? '';

    await changePassword(app, await app.as(user));

    expect((await verifyEmail(app.client(), stolen)).data.verifyEmail).toEqual(invalid);
    expect(await rowOf(app, 'ada')).toMatchObject({ email: ADDRESS, pendingEmail: null });
  },
);

test('an address is shown to its owner alone', async () => {
  await using app = await createTestApp();
  const ada = await app.createUser('ada', { email: ADDRESS, pendingEmail: OTHER });
  const program = await app.withToken(ada, 'WRITE');

  const { text } = await program.query('{ viewer { username email pendingEmail } }');

  expect(text).not.toContain('example');
  const user = await rowOf(app, 'ada');
  expect(JSON.stringify(user)).not.toContain('example');
});

test('[G1] housekeeping leaves no expired token', async () => {
  await using app = await createTestApp();
  await register(app.client(), { username: 'ada', email: ADDRESS });
  await app.outbox.lastToken();
  const options = { orm: app.orm, clock: app.clock, lifetimes: app.config.session, log: app.log };

  await sweep(options);
  expect(await app.orm.em.fork().count(MailToken)).toBe(1);
  app.clock.advance(DAY + SECOND);
  await sweep(options);
  expect(await app.orm.em.fork().count(MailToken)).toBe(0);
});

test('mails of a deleted account are not sent', async () => {
  await using app = await createTestApp();
  const ada = app.client();
  await register(ada, { username: 'ada', email: ADDRESS });

  await ada.query('mutation { deleteAccount(input: { username: "ada" }) { __typename } }');

  expect(await app.orm.em.fork().count(OutboxMail)).toBe(0);
});

test('where nobody carries mails, what needs them is refused, and the rest works', async () => {
  await using app = await createTestApp({ mailTransport: null });
  const ada = await app.as(await app.createUser('ada', { email: ADDRESS, pendingEmail: OTHER }));

  const answers = [
    await register(app.client(), { username: 'grace', email: 'grace@example.com' }),
    await requestPasswordReset(app.client(), ADDRESS),
    await requestEmailChange(ada, 'new@example.com'),
    await resendEmailVerification(ada, OTHER),
  ];

  expect(answers.map(({ errors }) => errors[0]?.extensions['code'])).toEqual(
    answers.map(() => 'MAIL_UNAVAILABLE'),
  );
  expect(await app.orm.em.fork().count(User)).toBe(1);
  expect((await login(app.client(), ADDRESS)).data.login.__typename).toBe('LoginSuccess');
  expect(await app.orm.em.fork().count(OutboxMail)).toBe(0);
});
