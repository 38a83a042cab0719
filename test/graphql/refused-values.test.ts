import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import { storedNotes } from '../support/notes.ts';

const SECRET = 'correct-horse-battery';

const CREATE = 'mutation ($input: CreateNoteInput!) { createNote(input: $input) { __typename } }';
const LOGIN = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }';
const NOTES =
  'query ($first: Int, $after: String) { notes(first: $first, after: $after) { nodes { id } } }';

const variables: Record<string, readonly [document: string, variables: Record<string, unknown>]> = {
  'an object for a string': [CREATE, { input: { title: { $ne: SECRET } } }],
  'an operator for a whole input': [CREATE, { input: { $gt: SECRET } }],
  'a list for a string': [CREATE, { input: { title: [SECRET] } }],
  'a number for a string': [CREATE, { input: { title: 4_242_424_242 } }],
  'a string for an input': [CREATE, { input: SECRET }],
  'a list for an input': [CREATE, { input: [{ title: SECRET }, { title: SECRET }] }],
  'a value that no enum has': [CREATE, { input: { title: 'a', visibility: SECRET } }],
  'an object for an enum': [CREATE, { input: { title: 'a', visibility: { $in: [SECRET] } } }],
  'a value close to one of an enum': [
    CREATE,
    { input: { title: 'a', visibility: `PUBLIC${SECRET}` } },
  ],
  'a field that no input has': [CREATE, { input: { title: SECRET, author: SECRET } }],
  'a field close to one of the input': [CREATE, { input: { title: 'a', bodyy: SECRET } }],
  'a password without a user name': [LOGIN, { input: { password: SECRET } }],
  'a password beside a misspelt user name': [LOGIN, { input: { password: SECRET, user: 'ada' } }],
  'a user name that is an operator': [
    LOGIN,
    { input: { username: { $ne: null }, password: SECRET } },
  ],
  'a null for a required string': [LOGIN, { input: { username: null, password: SECRET } }],
  'a string for a number': [NOTES, { first: SECRET }],
  'an object for a number': [NOTES, { first: { $gt: SECRET } }],
  'a number out of range': [NOTES, { first: 42_424_242_424_242 }],
  'a fraction for a number': [NOTES, { first: 42.424242 }],
  'an object for a cursor': [NOTES, { after: { $ne: SECRET } }],
};

const traces = new RegExp(`${SECRET}|4242|\\$(?:ne|in)\\b`, 'u');

test.for(Object.entries(variables))(
  '[D2] %s is refused without repeating it',
  async ([, [query, values]]) => {
    await using app = await createTestApp();
    const ada = await app.as(await app.createUser('ada'));

    const { data, errors, text } = await ada.query(query, values);

    expect(data).toBeNull();
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.map(({ extensions }) => extensions)).toEqual(
      errors.map(() => ({ code: 'BAD_USER_INPUT' })),
    );
    expect(text).not.toMatch(traces);
    expect(JSON.stringify(app.logged)).not.toMatch(traces);
    expect(await storedNotes(app)).toEqual([]);
  },
);

const literals: Record<string, string> = {
  'an object for a string': `createNote(input: { title: { ne: "${SECRET}" } }) { __typename }`,
  'a list for a string': `createNote(input: { title: ["${SECRET}"] }) { __typename }`,
  'a number for a string': 'createNote(input: { title: 42424242 }) { __typename }',
  'a string for an input': `createNote(input: "${SECRET}") { __typename }`,
  'a string for an enum': `createNote(input: { title: "a", visibility: "${SECRET}" }) { __typename }`,
  'a field that no input has': `createNote(input: { title: "${SECRET}", author: "a" }) { __typename }`,
  'a password without a user name': `login(input: { password: "${SECRET}" }) { __typename }`,
};

test.for(Object.entries(literals))(
  '[D2] %s in the document is refused without repeating it',
  async ([, field]) => {
    await using app = await createTestApp();

    const { errors, text } = await app.client().query(`mutation { ${field} }`);

    expect(errors.length).toBeGreaterThan(0);
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(
      errors.map(() => 'GRAPHQL_VALIDATION_FAILED'),
    );
    expect(text).not.toMatch(traces);
  },
);

/** Any JSON, with a secret in every string and close to what GraphQL's own messages are made of. */
const { tree: secretJson } = fc.letrec((tie) => ({
  text: fc
    .constantFrom(
      '',
      '"',
      '; ',
      ': ',
      ', found: ',
      ' cannot represent x: ',
      '" does not exist in "',
    )
    .map((noise) => `${noise}${SECRET}${noise}`),
  tree: fc.oneof(
    { maxDepth: 3 },
    tie('text'),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('title', 'body', 'visibility', 'other'), tie('tree')),
  ),
}));

test('[D2] no answer repeats any value that was sent', async () => {
  await using app = await createTestApp();
  const visitor = app.client();

  await fc.assert(
    fc.asyncProperty(secretJson, secretJson, async (input, first) => {
      const created = await visitor.query(CREATE, { input });
      const listed = await visitor.query(NOTES, { first });

      expect(created.text + listed.text).not.toContain(SECRET);
    }),
  );
});

test('a refusal still says where the mistake is', async () => {
  await using app = await createTestApp();

  const { errors } = await app.client().query(CREATE, { input: { title: { $ne: SECRET } } });

  expect(errors).toMatchObject([
    {
      message: expect.stringMatching(/\$input.*input\.title.*String/u),
      locations: [{ line: 1, column: 11 }],
    },
  ]);
});

const nulls: Record<string, readonly [document: string, variables: Record<string, unknown>]> = {
  'a required argument': [
    'query ($id: ID = "x") { node(id: $id) { id } viewer { id } }',
    { id: null },
  ],
  'a field of an input': [
    'mutation ($body: String = "") { createNote(input: { title: "a", body: $body }) { __typename } }',
    { body: null },
  ],
  'the condition of a directive': [
    'query ($if: Boolean = true) { viewer @include(if: $if) { id } }',
    { if: null },
  ],
};

test.for(Object.entries(nulls))(
  'a null in a variable with a default value is a mistake of the client: %s',
  async ([, [query, values]]) => {
    await using app = await createTestApp();
    const ada = await app.as(await app.createUser('ada'));

    const { errors } = await ada.query(query, values);

    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(app.logged.filter(({ event }) => event === 'request_failed')).toEqual([]);
    expect(await storedNotes(app)).toEqual([]);
  },
);

test.for(['Value "', ' cannot represent ', '" has invalid value at '])(
  '[E2] a long name made of the words of a refusal, %s, is refused at once',
  async (words) => {
    await using app = await createTestApp();
    const name = words.repeat(60_000 / words.length);
    const start = performance.now();

    const { errors } = await app.client().query(CREATE, { input: { title: 'a', [name]: 1 } });

    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(performance.now() - start).toBeLessThan(2000);
  },
);
