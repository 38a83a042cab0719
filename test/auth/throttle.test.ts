import { expect, test } from 'vitest';

import { ThrottleBucket } from '../../src/auth/throttle-bucket.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { MINUTE, SECOND } from '../support/clock.ts';

const LOGIN = `mutation ($username: String!, $password: String!) {
  login(input: { username: $username, password: $password }) {
    __typename
    ... on UserError { code }
  }
}`;

interface Attempt {
  readonly username?: string;
  readonly password?: string;
  readonly address?: string;
}

/** @returns `LoginSuccess`, the code of a user error or of a refusal, and the seconds to wait */
async function attempt(
  app: TestApp,
  { username = 'ada', password = 'wrong', address = '203.0.113.7' }: Attempt = {},
) {
  const client = app.client(address);
  const { data, errors, headers } = await client.query(LOGIN, { username, password });
  const { code, __typename } = data.login ?? {};

  return {
    outcome: errors[0]?.extensions['code'] ?? code ?? __typename,
    wait: headers.get('retry-after'),
  };
}

async function attempts(app: TestApp, count: number, options: Attempt = {}): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (let number = 0; number < count; number += 1) {
    outcomes.push((await attempt(app, options)).outcome);
  }

  return outcomes;
}

test('[B6] ten attempts are free, and then there is one a minute', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');

  expect(new Set(await attempts(app, 10))).toEqual(new Set(['INVALID_CREDENTIALS']));
  expect(await attempt(app, { password: PASSWORD })).toEqual({
    outcome: 'RATE_LIMITED',
    wait: '60',
  });
  app.clock.advance(59 * SECOND);
  expect(await attempt(app)).toEqual({ outcome: 'RATE_LIMITED', wait: '1' });
  app.clock.advance(SECOND);
  expect((await attempt(app, { password: PASSWORD })).outcome).toBe('LoginSuccess');
});

test('[B6] a limited attempt does not make the wait longer', async () => {
  await using app = await createTestApp();
  await attempts(app, 10);
  await attempts(app, 5);

  expect((await attempt(app)).wait).toBe('60');
});

test('[B6] an unknown user is limited in the same way, in the same bytes', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');

  const known = [...(await attempts(app, 11)), (await attempt(app)).wait];
  const unknown = [
    ...(await attempts(app, 11, { username: 'nobody', address: '198.51.100.9' })),
    (await attempt(app, { username: 'nobody', address: '198.51.100.9' })).wait,
  ];
  expect(unknown).toEqual(known);
});

test('[B6] a limited attempt hashes nothing', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  await attempts(app, 10);

  const statements = await app.statementsOf(async () => attempt(app));
  expect(statements.filter((sql) => sql.includes('password_hash'))).toEqual([]);
});

test('[B6] whoever attacks from elsewhere does not lock the owner out', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const home = { password: PASSWORD, address: '192.0.2.1' };
  expect((await attempt(app, home)).outcome).toBe('LoginSuccess');

  await attempts(app, 12, { address: '203.0.113.66' });
  expect((await attempt(app, { ...home, address: '203.0.113.66' })).outcome).toBe('RATE_LIMITED');
  expect((await attempt(app, home)).outcome).toBe('LoginSuccess');
});

test('[B6] a network is limited whatever the user names, IPv6 by its first 64 bits', async () => {
  await using app = await createTestApp();
  for (let number = 0; number < 50; number += 1) {
    await attempt(app, { username: `user${number}`, address: `2001:db8::${number + 1}` });
  }

  const next = await attempt(app, { username: 'another', address: '2001:db8:0:0:ffff::1' });
  expect(next).toEqual({ outcome: 'RATE_LIMITED', wait: '10' });
  const elsewhere = await attempt(app, { username: 'another', address: '2001:db8:0:1::1' });
  expect(elsewhere.outcome).toBe('INVALID_CREDENTIALS');
});

test('[B6] attempts at the same moment are all counted', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');

  const outcomes = await Promise.all(Array.from({ length: 20 }, async () => attempt(app)));
  expect(outcomes.filter(({ outcome }) => outcome === 'RATE_LIMITED')).toHaveLength(10);
});

test('[B6] a right password empties the bucket of the account', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  await attempts(app, 9);
  expect((await attempt(app, { password: PASSWORD })).outcome).toBe('LoginSuccess');

  const buckets = await app.orm.em.fork().findAll(ThrottleBucket);
  expect(buckets.map(({ key }) => key).filter((key) => key.startsWith('account:'))).toEqual([]);
  expect(new Set(await attempts(app, 10))).toEqual(new Set(['INVALID_CREDENTIALS']));
});

test('[B6] the password of a running session is guarded in the same way', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const confirm = 'mutation { confirmPassword(input: { password: "wrong" }) { __typename } }';
  for (let number = 0; number < 10; number += 1) {
    await ada.query(confirm);
  }

  const { errors } = await ada.query(confirm);
  expect(errors[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 60 });
  app.clock.advance(MINUTE);
  expect((await ada.query(confirm)).errors).toEqual([]);
});

test('[B6] a throttled login leaves an event of the account, if there is one', async () => {
  await using app = await createTestApp();
  const { id } = await app.createUser('ada');
  await attempts(app, 11, { username: 'Ada' });
  await attempts(app, 11, { username: 'nobody', address: '198.51.100.9' });

  const throttled = app.events.filter(({ type }) => type === 'LOGIN_THROTTLED');
  expect(throttled.map(({ userId }) => userId)).toEqual([id, null]);
});

test('[B6] those who log in do not use up the allowance of their network', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  for (let number = 0; number < 60; number += 1) {
    expect((await attempt(app, { password: PASSWORD })).outcome).toBe('LoginSuccess');
  }
});

test('[B6] no user name fills the bucket that the owner has at home', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const home = { password: PASSWORD, address: '192.0.2.1' };
  expect((await attempt(app, home)).outcome).toBe('LoginSuccess');

  for (const username of ['ada:192.0.2.1', '192.0.2.1:ada']) {
    await attempts(app, 10, { username, address: '203.0.113.66' });
  }

  expect((await attempt(app, home)).outcome).toBe('LoginSuccess');
});

test('[B6] [A8] a clock that was set back keeps nobody waiting longer than a full bucket does', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  app.clock.advance(24 * 60 * MINUTE);
  await attempts(app, 10);

  app.clock.advance(-24 * 60 * MINUTE);

  expect((await attempt(app, { password: PASSWORD })).outcome).toBe('LoginSuccess');
});

test('[B6] a clock that was set back a little empties no bucket', async () => {
  await using app = await createTestApp();
  await attempts(app, 10);

  app.clock.advance(-MINUTE);

  expect(await attempt(app)).toEqual({ outcome: 'RATE_LIMITED', wait: '120' });
});
