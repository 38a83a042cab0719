import { expect, test } from 'vitest';

import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD } from '../support/app.ts';
import { hashesOf } from '../support/hashes.ts';
import { LOGIN, REGISTER } from '../support/login.ts';

const documents = { register: REGISTER, login: LOGIN };
const inputs = {
  register: { username: 'ada', password: PASSWORD, displayName: 'Ada' },
  login: { username: 'ada', password: PASSWORD },
};
const illFormed = [
  ['a NUL', '\0'],
  ['half of a surrogate pair', '\ud800'],
  ['the other half', '\udfff'],
  ['both halves in the wrong order', '\udfff\ud800'],
] as const;
const fields = [
  ['register', 'username'],
  ['register', 'password'],
  ['register', 'displayName'],
  ['login', 'username'],
  ['login', 'password'],
] as const;

test.each(
  fields.flatMap(([mutation, field]) =>
    illFormed.map(([what, text]) => [what, field, mutation, text] as const),
  ),
)('[B3] %s in the %s of a %s is refused', async (_what, field, mutation, text) => {
  await using app = await createTestApp();
  await app.client().query(LOGIN, { input: { username: 'warm-up', password: 'warm-up' } });
  const input = { ...inputs[mutation], [field]: `some ${text} thing` };
  const body = JSON.stringify({ query: documents[mutation], variables: { input } });
  let hashes = 0;

  const statements = await app.statementsOf(async () => {
    hashes = await hashesOf(async () => {
      const { data, errors } = await app.client().post(JSON.parse(body));

      expect(errors).toEqual([]);
      expect(data[mutation]).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: [field] }] });
    });
  });

  // On the wire it is an escape: the body itself is valid UTF-8.
  expect(body).toMatch(/\\u(?:0000|d800|dfff)/);
  expect({ hashes, statements }).toEqual({ hashes: 0, statements: [] });
  expect(await app.orm.em.fork().count(User)).toBe(0);
});

test('[B3] a NUL that is escaped in the document is refused, too', async () => {
  await using app = await createTestApp();

  const { data } = await app.client().query(String.raw`mutation {
    login(input: { username: "a\u0000", password: "b\u{0}" }) {
      ... on InvalidInputError { issues { path } }
    }
  }`);

  expect(data.login.issues).toEqual([{ path: ['username'] }, { path: ['password'] }]);
});

test('[B3] half of a surrogate pair that is escaped in the document does not parse', async () => {
  await using app = await createTestApp();

  const { errors } = await app.client().query(String.raw`mutation {
    login(input: { username: "\uD800", password: "b" }) { __typename }
  }`);

  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['GRAPHQL_PARSE_FAILED']);
});
