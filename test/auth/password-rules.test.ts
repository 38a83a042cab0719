import { expect, test } from 'vitest';

import { User } from '../../src/users/user.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { hashesOf } from '../support/hashes.ts';
import { login, register } from '../support/login.ts';

const success = { __typename: 'RegisterSuccess' };
const refusedPassword = { code: 'INVALID_INPUT', issues: [{ path: ['password'] }] };

async function registerWith(app: TestApp, password: string, username = 'ada') {
  return (await register(app.client(), { username, password })).data.register;
}

async function loginWith(app: TestApp, password: string, username = 'ada') {
  return (await login(app.client(), username, password)).data.login;
}

test.each([
  ['8 letters', 'wombatty'],
  ['8 emoji', '🦊🐻🐼🐨🐯🦁🐮🐷'],
  ['256 letters', 'ab'.repeat(128)],
  ['256 emoji, which are 1024 bytes', '🦊'.repeat(256)],
  ['no digits, no capitals, spaces', 'only small letters here'],
  ['spaces around it', '   some spaces   '],
])('[B2] a password of %s is accepted', async (_what, password) => {
  await using app = await createTestApp();

  expect(await registerWith(app, password)).toMatchObject(success);
  expect(await loginWith(app, password)).toMatchObject({ __typename: 'LoginSuccess' });
});

test.each([
  ['nothing', ''],
  ['7 letters', 'wombats'],
  ['7 emoji, which are 14 code units and 28 bytes', '🦊🐻🐼🐨🐯🦁🐮'],
  ['4 letters with 4 accents apart, which are 4 in NFC', 'e\u0301'.repeat(4)],
  ['257 letters', 'ab'.repeat(128).concat('c')],
  ['257 emoji', '🦊'.repeat(257)],
  ['half a megabyte', 'x'.repeat(500_000)],
])(
  '[B2] a password of %s is refused before anything is hashed or asked',
  async (_what, password) => {
    await using app = await createTestApp();
    await loginWith(app, 'warm-up');
    let hashes = 0;

    const statements = await app.statementsOf(async () => {
      hashes = await hashesOf(async () => {
        expect(await registerWith(app, password)).toMatchObject(refusedPassword);
      });
    });

    expect({ hashes, statements }).toEqual({ hashes: 0, statements: [] });
    expect(await app.orm.em.fork().count(User)).toBe(0);
  },
);

test('[B2] a login with a password that is too long is refused before anything is hashed or asked', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  await loginWith(app, 'warm-up');
  let hashes = 0;

  const statements = await app.statementsOf(async () => {
    hashes = await hashesOf(async () => {
      expect(await loginWith(app, 'x'.repeat(257))).toMatchObject(refusedPassword);
    });
  });

  expect({ hashes, statements }).toEqual({ hashes: 0, statements: [] });
});

test.each(['register', 'login'])(
  '[B2] a megabyte of accents as the password of a %s does not keep the server busy',
  async (field) => {
    await using app = await createTestApp();
    const password = `a${'\u0301\u0316'.repeat(100_000)}`;
    const before = performance.now();

    const result = field === 'register' ? registerWith(app, password) : loginWith(app, password);

    expect(await result).toMatchObject(refusedPassword);
    expect(performance.now() - before).toBeLessThan(1000);
  },
);

test('[B2] the least length is a setting, and no login asks for it', async () => {
  await using app = await createTestApp({ config: { passwordMinLength: 15 } });

  expect(await registerWith(app, 'fourteen chars')).toMatchObject(refusedPassword);
  expect(await registerWith(app, 'fifteen letters')).toMatchObject(success);
  expect(await loginWith(app, 'short')).toMatchObject({ code: 'INVALID_CREDENTIALS' });
});

test.each(['password', 'PassWord', '12345678', 'iloveyou', 'qwertyuiop', 'password123'])(
  '[B2] the common password %s is refused',
  async (password) => {
    await using app = await createTestApp();

    expect(await registerWith(app, password)).toMatchObject(refusedPassword);
    expect(await app.orm.em.fork().count(User)).toBe(0);
  },
);

test.each([
  ['the user name', 'ada.lovelace'],
  ['the user name in other cases', 'ADA.Lovelace'],
  ['the user name and a little more', 'ada.lovelace1!'],
  ['the user name twice', 'ada.lovelaceAda.Lovelace'],
  ['the name of the server', 'jotterJOTTER'],
  ['both', 'jotter-ada.lovelace'],
])('[B2] a password that is made of %s is refused', async (_what, password) => {
  await using app = await createTestApp();

  expect(await registerWith(app, password, 'Ada.Lovelace')).toMatchObject(refusedPassword);
});

test('[B2] a password may hold the user name among enough of other things', async () => {
  await using app = await createTestApp();

  expect(await registerWith(app, 'ada walks in the rain')).toMatchObject(success);
});

test('[B2] a refusal repeats nothing of the password', async () => {
  await using app = await createTestApp();

  const { text } = await register(app.client(), { username: 'ada', password: 'pass123' });

  expect(text).toContain('INVALID_INPUT');
  expect(text + JSON.stringify(app.logged)).not.toContain('pass123');
});

test.each([
  [
    'apart',
    'Gr\u00fc\u00dfe \u00fcber Gr\u00f6\u00dfe',
    'Gru\u0308\u00dfe u\u0308ber Gro\u0308\u00dfe',
  ],
  ['in one', 'e\u0301e\u0301e\u0301 on the hill', '\u00e9\u00e9\u00e9 on the hill'],
  ['in another order', 'a\u0323\u0301 long enough', 'a\u0301\u0323 long enough'],
  [
    'as Korean syllables',
    '\ud55c\uad6d\uc5b4\ud55c\uad6d\uc5b4\ud55c\uad6d',
    '\ud55c\uad6d\uc5b4\ud55c\uad6d\uc5b4\ud55c\uad6d'.normalize('NFD'),
  ],
  ['at the greatest length', '\u00e9'.repeat(256), 'e\u0301'.repeat(256)],
])(
  '[B3] a password whose accents another keyboard writes %s is the same',
  async (_what, one, other) => {
    await using app = await createTestApp();

    expect(one).not.toBe(other);
    expect(await registerWith(app, one)).toMatchObject(success);
    expect(await loginWith(app, other)).toMatchObject({ __typename: 'LoginSuccess' });
    expect(await registerWith(app, other, 'eve')).toMatchObject(success);
    expect(await loginWith(app, one, 'eve')).toMatchObject({ __typename: 'LoginSuccess' });
  },
);

test.each([
  ['trimmed', '  a walk in the grass ', 'a walk in the grass'],
  ['lower-cased', 'A Walk In The Grass', 'a walk in the grass'],
  ['shortened to 72 bytes', 'a walk '.repeat(20), 'a walk '.repeat(20).slice(0, 72)],
  ['rid of double spaces', 'a  walk in  the grass', 'a walk in the grass'],
  ['turned into plain letters', 'a \ufb01ne walk in \u2461', 'a fine walk in 2'],
])('[B3] a password is not %s', async (_what, password, other) => {
  await using app = await createTestApp();
  await registerWith(app, password);

  expect(await loginWith(app, other)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  expect(await loginWith(app, password)).toMatchObject({ __typename: 'LoginSuccess' });
});
