/** What people are told about their accounts, so that they can act if it was not them. */
import { expect, test } from 'vitest';

import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { login, register } from '../support/login.ts';
import { verifyEmail } from '../support/mail.ts';

const ADDRESS = 'ada@example.com';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15';

const CHANGE_PASSWORD = `mutation {
  changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "nine grey owls in the rain" }) {
    __typename
  }
}`;
const CREATE_TOKEN =
  'mutation { createAccessToken(input: { name: "<b>backup</b>" }) { __typename } }';

function browserOf(app: TestApp, address = '192.0.2.1', userAgent = FIREFOX): TestClient {
  const client = app.client(address);
  client.headers['user-agent'] = userAgent;

  return client;
}

test.each([
  ['a changed password', CHANGE_PASSWORD, 'Your password for Jotter was changed'],
  ['a new access token', CREATE_TOKEN, 'A new access token for Jotter'],
])('the owner is told of %s, where and when, and what to do', async (_what, operation, subject) => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada', { email: ADDRESS }));
  ada.headers['user-agent'] = FIREFOX;
  app.clock.advance(1000);
  // Another browser is asked for the password first.
  await ada.query(
    `mutation { confirmPassword(input: { password: "${PASSWORD}" }) { __typename } }`,
  );

  await ada.query(operation);

  const mail = await app.outbox.last();
  expect(mail).toMatchObject({
    to: ADDRESS,
    subject,
    link: 'http://localhost:4000/forgot-password',
    token: '',
  });
  for (const text of [mail?.text, mail?.html]) {
    expect(text).toContain('Firefox on Linux');
    expect(text).toMatch(/\d+ \w+ 20\d\d at \d\d:\d\d UTC/u);
    expect(text).toContain('If it was not you');
  }
});

test('whoever has no confirmed address is told nothing', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada', { pendingEmail: ADDRESS }));

  await ada.query(CHANGE_PASSWORD);

  expect(await app.outbox.all()).toEqual([]);
});

test('a password that is not changed is not told of', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada', { email: ADDRESS }));

  await ada.query(CHANGE_PASSWORD.replace(PASSWORD, 'wrong'));

  expect(await app.outbox.all()).toEqual([]);
});

test('a login with another browser or from another network is told, and one that is known is not', async () => {
  await using app = await createTestApp();
  await register(browserOf(app), { username: 'ada', email: ADDRESS });
  await verifyEmail(app.client(), await app.outbox.lastToken());
  async function newLogins() {
    return (await app.outbox.all()).filter(({ subject }) => subject === 'A new login to Jotter');
  }

  await login(browserOf(app), 'ada');
  await login(browserOf(app), ADDRESS);
  expect(await newLogins()).toEqual([]);

  await login(browserOf(app, '192.0.2.1', SAFARI), 'ada');
  expect(await newLogins()).toHaveLength(1);
  await login(browserOf(app, '203.0.113.9'), 'ada');
  const [, second] = await newLogins();
  expect(second?.text).toContain('Firefox on Linux · 203.0.113.9');

  await login(browserOf(app, '192.0.2.1', SAFARI), 'ada');
  await login(browserOf(app, '203.0.113.9'), 'ada');
  expect(await newLogins()).toHaveLength(2);
});

test('a login that fails is not told of', async () => {
  await using app = await createTestApp();
  await app.createUser('ada', { email: ADDRESS });

  await login(browserOf(app), 'ada', 'wrong');

  expect(await app.outbox.all()).toEqual([]);
});

test('[G3] nothing that a user or a browser says becomes markup, or a long text', async () => {
  await using app = await createTestApp();
  await app.createUser('ada', { email: ADDRESS });
  const evil = `<a-href="https://evil.example">click</a>${'x'.repeat(500)}`;

  await login(browserOf(app, '192.0.2.1', evil.replaceAll('/', '')), 'ada');

  const mail = await app.outbox.last();
  expect(mail?.html).toContain('&lt;a-href=');
  expect(mail?.html).not.toContain('<a-href');
  expect(mail?.text).not.toContain('x'.repeat(100));
});

test('mails say what the product is called', async () => {
  await using plain = await createTestApp();
  await using app = await createTestApp({
    config: { mail: { ...plain.config.mail, productName: "Ada & Bob's notes" } },
  });
  const ada = await app.as(await app.createUser('ada', { email: ADDRESS }));

  await ada.query(CREATE_TOKEN);

  const mail = await app.outbox.last();
  expect(mail?.subject).toBe("A new access token for Ada & Bob's notes");
  expect(mail?.html).toContain('Ada &amp; Bob&#39;s notes');
});
