import { expect, test } from 'vitest';

import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { login, register, REGISTER } from '../support/login.ts';

async function registered(app: TestApp, username: string) {
  return (await register(app.client(), { username })).data.register;
}

async function usernames({ orm }: TestApp): Promise<string[]> {
  const users = await orm.em.fork().find(User, { id: { $ne: null } });

  return users.map(({ username }) => username);
}

test.each([
  'abc',
  'Ada.Lovelace_1815-1852',
  '007',
  '-._',
  'x'.repeat(32),
  '__proto__',
  'constructor',
])('[B4] the user name %s is accepted, and kept as it is', async (username) => {
  await using app = await createTestApp();

  expect(await registered(app, username)).toMatchObject({ viewer: { username } });
  expect(await usernames(app)).toEqual([username]);
});

test.each([
  ['nothing', ''],
  ['2 characters', 'ab'],
  ['33 characters', 'x'.repeat(33)],
  ['a space', 'ada lovelace'],
  ['a space at its end', 'ada '],
  ['a newline at its end', 'ada\n'],
  ['an at sign', 'ada@example.com'],
  ['letters that look like others', '\u0430d\u0430'],
  ['letters that become others in lower case', '\u212aelvin'],
  ['an accent', 'ad\u00e9'],
  ['a quote', "ada'--"],
])('[B4] a user name of %s is refused', async (_what, username) => {
  await using app = await createTestApp();

  expect(await registered(app, username)).toMatchObject({
    code: 'INVALID_INPUT',
    issues: [{ path: ['username'] }],
  });
  expect(await usernames(app)).toEqual([]);
});

test('[B4] user names are unique, whatever the letter cases', async () => {
  await using app = await createTestApp();
  await registered(app, 'Ada');

  for (const username of ['Ada', 'ada', 'ADA', 'aDa']) {
    expect(await registered(app, username)).toMatchObject({ code: 'USERNAME_TAKEN' });
  }
  expect(await usernames(app)).toEqual(['Ada']);
});

test('[B4] a login finds the user name in any letter case, and nothing that only resembles it', async () => {
  await using app = await createTestApp();
  await registered(app, 'Ada_L');

  for (const username of ['Ada_L', 'ada_l', 'ADA_L']) {
    expect((await login(app.client(), username)).data.login).toMatchObject({
      viewer: { username: 'Ada_L' },
    });
  }
  for (const username of [' Ada_L', 'Ada_L ', 'AdaxL', 'Ada%', 'ad\u0430_l']) {
    expect((await login(app.client(), username)).data.login).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
  }
});

test('[B4] twenty registrations of one name at once make one account, and no error', async () => {
  await using app = await createTestApp();
  const inputs = Array.from({ length: 20 }, (_, index) => ({
    username: index % 2 ? 'Ada' : 'ada',
    password: PASSWORD,
  }));

  const answers = await Promise.all(
    inputs.map(async (input) => app.client().query(REGISTER, { input })),
  );

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  const [winners, losers] = [
    answers.filter(({ data }) => data.register.__typename === 'RegisterSuccess'),
    answers.filter(({ data }) => data.register.code === 'USERNAME_TAKEN'),
  ];
  expect([winners.length, losers.length]).toEqual([1, 19]);
  expect(winners[0]?.headers.getSetCookie()).toHaveLength(1);
  expect(losers.flatMap(({ headers }) => headers.getSetCookie())).toEqual([]);
  expect(await usernames(app)).toHaveLength(1);
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
