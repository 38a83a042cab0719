import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD } from '../support/app.ts';
import { brokenText, injectionCorpus } from '../support/injection-corpus.ts';

const REGISTER = `mutation ($username: String!, $password: String!, $displayName: String) {
  register(input: { username: $username, password: $password, displayName: $displayName }) {
    ... on RegisterSuccess { viewer { displayName user { displayName } } }
    ... on UserError { code }
  }
}`;
const LOGIN = `mutation ($username: String!, $password: String!) {
  login(input: { username: $username, password: $password }) {
    __typename
    ... on UserError { code }
  }
}`;

/** Every third: each of them costs two hashes. */
const sample = injectionCorpus.filter((_, index) => index % 3 === 0);

test('[D2] a display name comes back as it was, and a password is taken as it is', async () => {
  await using app = await createTestApp();
  const texts = sample.filter((text) => text.length <= 50).map((text, index) => ({ text, index }));

  for (const { text, index } of texts) {
    const account = { username: `user${index}`, password: `${text}${PASSWORD}` };
    const { data } = await app.client().query(REGISTER, { ...account, displayName: text });
    const login = await app.client().query(LOGIN, account);

    expect(data.register.viewer).toEqual({ displayName: text, user: { displayName: text } });
    expect(login.data.login.__typename).toBe('LoginSuccess');
  }

  const users = await app.orm.em.fork().find(User, {}, { orderBy: { id: 'asc' } });
  expect(users.map(({ displayName }) => displayName)).toEqual(texts.map(({ text }) => text));
});

test('[D2] a user name that is a query finds nobody, and makes nobody', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');

  for (const username of sample) {
    const login = await app.client().query(LOGIN, { username, password: PASSWORD });
    expect(login.data.login.code).toBe('INVALID_CREDENTIALS');
  }
  for (const username of injectionCorpus.filter((text) => !/^[\w.-]{3,32}$/u.test(text))) {
    const register = await app.client().query(REGISTER, { username, password: PASSWORD });
    expect(register.data.register.code).toBe('INVALID_INPUT');
  }

  expect(await app.orm.em.fork().count(User)).toBe(1);
});

test('[D2] text that is not well-formed is refused by every argument, and hashes nothing', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const visitor = app.client();

  await fc.assert(
    fc.asyncProperty(brokenText, async (text) => {
      const registers = [
        await visitor.query(REGISTER, { username: text, password: PASSWORD }),
        await visitor.query(REGISTER, { username: 'carol', password: text + PASSWORD }),
        await visitor.query(REGISTER, {
          username: 'carol',
          password: PASSWORD,
          displayName: text,
        }),
      ];
      const logins = [
        await visitor.query(LOGIN, { username: text, password: PASSWORD }),
        await visitor.query(LOGIN, { username: 'ada', password: text + PASSWORD }),
      ];

      expect(registers.map(({ data }) => data.register.code)).toEqual(
        registers.map(() => 'INVALID_INPUT'),
      );
      expect(logins.map(({ data }) => data.login.code)).toEqual(logins.map(() => 'INVALID_INPUT'));
    }),
    { numRuns: 30 },
  );

  expect(await app.orm.em.fork().count(User)).toBe(1);
});
