import { hash } from 'argon2';
import { expect, test } from 'vitest';

import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { hashesOf } from '../support/hashes.ts';
import { login } from '../support/login.ts';

const salt = 'c29tZSBzYWx0IG9mIG91cnM';
const digest = 'A'.repeat(43);

const current = ['argon2id', 'v=19', 'm=19456', 'p=1', 't=2'];

/** No test may have the password of the kit's users in a row. */
const TRIED = 'a password that is tried';

const brokenHashes: [string, string][] = [
  ['empty', ''],
  ['a word', 'nonsense'],
  ['the password itself', TRIED],
  ['cut in its parameters', '$argon2id$v=19$m=19456'],
  ['without a digest', `$argon2id$v=19$m=19456,t=2,p=1$${salt}`],
  ['cut in its digest', `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest.slice(0, 20)}`],
  ['without parameters', `$argon2id$v=19$${salt}$${digest}`],
  ['of another algorithm', `$scrypt$ln=16,r=8,p=1$${salt}$${digest}`],
  ['of bcrypt', '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW'],
];

async function setHash({ orm }: TestApp, user: User, passwordHash: string): Promise<void> {
  await orm.em.fork().nativeUpdate(User, user.id, { passwordHash });
}

function errorsIn({ logged }: TestApp) {
  return logged.filter(({ level }) => Number(level) >= 50);
}

/** What a refused login costs and says. */
async function refusalOf(app: TestApp, username: string, password: string) {
  let text = '';
  let hashes = 0;
  const statements = await app.statementsOf(async () => {
    hashes = await hashesOf(async () => {
      const answer = await login(app.client(), username, password);
      expect(answer.headers.getSetCookie()).toEqual([]);
      ({ text } = answer);
    });
  });

  return { text, hashes, statements: statements.length };
}

test('[B5] an unknown user, a wrong password and a disabled account are told the same, at the same cost', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  await app.createUser('eve', { disabledAt: app.clock() });
  await login(app.client(), 'warm-up');

  const unknown = await refusalOf(app, 'nobody', PASSWORD);

  expect(JSON.parse(unknown.text).data.login).toEqual({
    __typename: 'InvalidCredentialsError',
    code: 'INVALID_CREDENTIALS',
  });
  expect(unknown).toMatchObject({ hashes: 1 });
  expect(await refusalOf(app, 'ada', 'not the password')).toEqual(unknown);
  expect(await refusalOf(app, 'eve', PASSWORD)).toEqual(unknown);
  expect(await refusalOf(app, 'eve', 'not the password')).toEqual(unknown);
  expect(await refusalOf(app, 'no such name at all!', PASSWORD)).toEqual(unknown);
  expect(await refusalOf(app, '', '')).toEqual(unknown);
  expect(await refusalOf(app, 'x'.repeat(256), 'y')).toEqual(unknown);
});

test.each(brokenHashes)(
  '[B1] [B5] a stored hash that is %s is a wrong password at the same cost, and an error in the log',
  async (_what, passwordHash) => {
    await using app = await createTestApp();
    const user = await app.createUser('ada');
    await setHash(app, user, passwordHash);
    await login(app.client(), 'warm-up');

    const unknown = await refusalOf(app, 'nobody', TRIED);
    expect(errorsIn(app)).toEqual([]);

    expect(await refusalOf(app, 'ada', TRIED)).toEqual(unknown);
    expect(errorsIn(app)).toMatchObject([{ event: 'password_hash_broken', userId: user.id }]);
    if (passwordHash) expect(JSON.stringify(app.logged)).not.toContain(passwordHash);
  },
);

test('[B1] a stored hash of impossible parameters is a wrong password, and an error in the log', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  await setHash(app, user, `$argon2id$v=19$m=1,t=0,p=0$${salt}$${digest}`);

  const { data } = await login(app.client(), 'ada');

  expect(data.login).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  expect(errorsIn(app)).toMatchObject([{ event: 'password_hash_broken', userId: user.id }]);
});

test('[B5] a login by a logged-in user costs the same', async () => {
  await using app = await createTestApp();
  await app.createUser('eve');
  const ada = await app.as(await app.createUser('ada'));
  await login(app.client(), 'warm-up');

  for (const username of ['ada', 'eve', 'nobody']) {
    const hashes = await hashesOf(async () => {
      const { data } = await login(ada, username, 'not the password');

      expect(data.login).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    });
    expect(hashes).toBe(1);
  }
});

test('[B1] a stored hash is argon2id with 19 MiB, two passes and one lane, and a salt of its own', async () => {
  await using app = await createTestApp();

  await registerTwo(app);

  const hashes = await hashesInStore(app);
  expect(hashes.map(parametersOf)).toEqual([current, current]);
  expect(new Set(hashes).size).toBe(2);
});

test('[B1] a hash of older parameters is replaced by a login, and by a right one only', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const old = await hash(PASSWORD, { memoryCost: 4096, timeCost: 1, parallelism: 1 });
  await setHash(app, user, old);

  await login(app.client(), 'ada', 'not the password');
  expect(await hashesInStore(app)).toEqual([old]);

  expect((await login(app.client(), 'ada')).data.login).toMatchObject({
    __typename: 'LoginSuccess',
  });
  const replaced = await hashesInStore(app);
  expect(replaced.map(parametersOf)).toEqual([current]);

  expect((await login(app.client(), 'ada')).data.login).toMatchObject({
    __typename: 'LoginSuccess',
  });
  expect(await hashesInStore(app)).toEqual(replaced);
});

test('[B1] a disabled user has no hash replaced', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada', { disabledAt: app.clock() });
  const old = await hash(PASSWORD, { memoryCost: 4096, timeCost: 1, parallelism: 1 });
  await setHash(app, user, old);

  await login(app.client(), 'ada');

  expect(await hashesInStore(app)).toEqual([old]);
});

test('[B1] a password hash never leaves by the API or the log', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const answers = [
    await login(ada, 'ada'),
    await login(ada, 'ada', 'not the password'),
    await ada.query('{ viewer { passwordHash } }'),
    await ada.query('{ viewer { id user { id username displayName createdAt } } }'),
  ];

  const texts = [...answers.map(({ text }) => text), JSON.stringify(app.logged)];
  expect(texts.filter((text) => text.includes('argon2'))).toEqual([]);
  const user = await app.orm.em.fork().findOneOrFail(User, { usernameKey: 'ada' });
  expect(JSON.stringify(user)).not.toContain('argon2');
});

/** The algorithm, and its parameters in alphabetical order. */
function parametersOf(passwordHash: string): string[] {
  const [, algorithm = '', version = '', parameters = ''] = passwordHash.split('$');

  return [algorithm, version, ...parameters.split(',').toSorted()];
}

async function registerTwo(app: TestApp): Promise<void> {
  for (const username of ['ada', 'eve']) {
    await app
      .client()
      .query(`mutation ($input: RegisterInput!) { register(input: $input) { __typename } }`, {
        input: { username, password: PASSWORD },
      });
  }
}

async function hashesInStore({ orm }: TestApp): Promise<string[]> {
  const users = await orm.em
    .fork()
    .find(User, { id: { $ne: null } }, { populate: ['passwordHash'] });

  return users.map(({ passwordHash }) => passwordHash);
}
