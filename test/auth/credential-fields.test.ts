import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD } from '../support/app.ts';
import { hashesOf } from '../support/hashes.ts';

const input = { username: 'ada', password: PASSWORD };
const login = 'login(input: $input) { __typename }';
const aliases = Array.from({ length: 15 }, (_, index) => `a${index}: ${login}`).join(' ');
const register = `register(input: { username: "eve", password: "${PASSWORD}" }) { __typename }`;

function operation(fields: string): string {
  return `mutation ($input: LoginInput!) { ${fields} }`;
}

test.each([
  ['fifteen aliases', operation(aliases)],
  ['two aliases', operation(`${login} again: ${login}`)],
  ['a login and a registration', operation(`${login} ${register}`)],
  ['a fragment', `${operation(`${login} ...more`)} fragment more on Mutation { more: ${login} }`],
  [
    'fragments in fragments',
    `${operation('...one')}
    fragment one on Mutation { ...two one: ${login} }
    fragment two on Mutation { two: ${login} }`,
  ],
  ['inline fragments', operation(`... { ${login} } ... on Mutation { ... { more: ${login} } }`)],
  [
    'fields that are skipped',
    operation(`${login} more: login(input: $input) @skip(if: true) { __typename }`),
  ],
  [
    'one of two operations',
    `mutation ($input: LoginInput!) { ${login} } mutation Other ($input: LoginInput!) { ${aliases} }`.replace(
      'mutation (',
      'mutation One (',
    ),
  ],
])(
  '[B6] two passwords in one operation by %s are refused, and nothing runs',
  async (_what, query) => {
    await using app = await createTestApp();
    await app.createUser('ada');
    const client = app.client();
    const operationName = query.includes('One') ? 'One' : undefined;
    let hashes = 0;

    const statements = await app.statementsOf(async () => {
      hashes = await hashesOf(async () => {
        const { data, errors } = await client.post({ query, operationName, variables: { input } });

        expect(data).toBeNull();
        expect(errors.map(({ extensions }) => extensions['code'])).toEqual([
          'TOO_MANY_CREDENTIAL_FIELDS',
        ]);
      });
    });

    expect({ statements, hashes }).toEqual({ statements: [], hashes: 0 });
    expect(await client.cookie()).toBeNull();
    expect(await app.orm.em.fork().count(Session)).toBe(0);
    expect(await app.orm.em.fork().count(User)).toBe(1);
  },
);

test('[B6] the refusal tells the limit and the number', async () => {
  await using app = await createTestApp();

  const { errors } = await app.client().query(operation(aliases), { input });

  expect(errors[0]?.extensions).toMatchObject({ limit: 1, actual: 15 });
});

test('[B6] each of two operations in a document may have one', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const client = app.client();
  const query = `
    mutation One($input: LoginInput!) { ${login} }
    mutation Two($input: LoginInput!) { ...shared }
    fragment shared on Mutation { ${login} }`;

  const answers = [
    await client.post({ query, operationName: 'One', variables: { input } }),
    await client.post({ query, operationName: 'Two', variables: { input } }),
  ];

  expect(answers.map(({ errors }) => errors)).toEqual([[], []]);
  expect(answers.map(({ data }) => data.login.__typename)).toEqual([
    'LoginSuccess',
    'LoginSuccess',
  ]);
});

test('[B6] one field that is written twice runs once', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const client = app.client();
  await client.query(operation(login), { input: { ...input, username: 'nobody' } });

  const hashes = await hashesOf(async () => {
    const { data } = await client.query(operation(`${login} ${login} ... { ${login} }`), { input });

    expect(data.login).toEqual({ __typename: 'LoginSuccess' });
  });

  expect(hashes).toBe(1);
});
