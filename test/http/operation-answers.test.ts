import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8';

const negotiations: readonly (readonly [accept: string | null, type: string])[] = [
  [null, JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/json; charset=utf-8', JSON_TYPE],
  ['application/json;charset="UTF-8"', JSON_TYPE],
  ['APPLICATION/JSON', JSON_TYPE],
  ['application/graphql-response+json', RESPONSE_TYPE],
  [
    'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8',
    RESPONSE_TYPE,
  ],
  ['application/graphql-response+json, application/json;q=0.9', RESPONSE_TYPE],
  ['application/json, application/graphql-response+json;q=0.9', JSON_TYPE],
  ['text/html, application/json;q=0.1', JSON_TYPE],
  ['text/html, */*;q=0.1', JSON_TYPE],
  ['application/json;q=0, application/graphql-response+json', RESPONSE_TYPE],
];

test.for(negotiations)('with Accept: %s the answer is %s', async ([accept, type]) => {
  await using app = await createTestApp();

  const { status, headers, data } = await app
    .client()
    .post({ query: '{ viewer { id } }' }, accept === null ? {} : { accept });

  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe(type);
  expect(data).toEqual({ viewer: null });
});

const notAcceptable = [
  'text/html',
  'text/plain',
  'application/xml',
  'application/json;q=0',
  'multipart/mixed',
];

test.for(notAcceptable)(
  'with Accept: %s nothing is run, and the answer is a 406',
  async (accept) => {
    await using app = await createTestApp();

    const statements = await app.statementsOf(async () => {
      const { status, errors } = await app
        .client()
        .post({ query: '{ notes { nodes { id } } }' }, { accept });

      expect(status).toBe(406);
      expect(errors).toMatchObject([{ extensions: { code: 'NOT_ACCEPTABLE' } }]);
    });

    expect(statements).toEqual([]);
  },
);

const requestErrors: Record<string, readonly [code: string, body: Record<string, unknown>]> = {
  'a document that cannot be parsed': ['GRAPHQL_PARSE_FAILED', { query: '{ viewer { id }' }],
  'an empty document': ['GRAPHQL_PARSE_FAILED', { query: '' }],
  'a field that does not exist': ['GRAPHQL_VALIDATION_FAILED', { query: '{ nothing }' }],
  'a required argument that is missing': [
    'GRAPHQL_VALIDATION_FAILED',
    { query: '{ node { id } }' },
  ],
  'an undefined variable': ['GRAPHQL_VALIDATION_FAILED', { query: '{ node(id: $id) { id } }' }],
  'a literal of another type': [
    'GRAPHQL_VALIDATION_FAILED',
    { query: '{ notes(first: "2") { nodes { id } } }' },
  ],
  'a document without an operation': [
    'GRAPHQL_VALIDATION_FAILED',
    { query: 'fragment A on Note { id }' },
  ],
  'an unknown operation name': [
    'BAD_USER_INPUT',
    { query: 'query A { viewer { id } }', operationName: 'B' },
  ],
  'several operations and no name': [
    'BAD_USER_INPUT',
    { query: 'query A { viewer { id } } query B { viewer { id } }' },
  ],
  'a required variable that is missing': [
    'BAD_USER_INPUT',
    { query: 'query ($id: ID!) { node(id: $id) { id } }' },
  ],
  'a variable of another type': [
    'BAD_USER_INPUT',
    {
      query: 'query ($first: Int) { notes(first: $first) { nodes { id } } }',
      variables: { first: '2' },
    },
  ],
};

test.for(Object.entries(requestErrors))('%s is a coded request error', async ([, [code, body]]) => {
  await using app = await createTestApp();
  const accept = 'application/graphql-response+json';

  const older = await app.client().post(body);
  const newer = await app.client().post(body, { accept });

  expect(older.status).toBe(200);
  expect(newer.status).toBe(400);
  for (const { text, errors } of [older, newer]) {
    expect(errors.map(({ extensions }) => extensions['code'])).toContain(code);
    expect(new Set(errors.map(({ extensions }) => extensions['code'])).size).toBe(1);
    expect(JSON.parse(text)).not.toHaveProperty('data');
  }
});

test('[A11] a request error costs no statement', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const bad = Object.entries(requestErrors).filter(([, [code]]) => code.startsWith('GRAPHQL_'));

  for (const [name, [, body]] of bad) {
    const statements = await app.statementsOf(async () => ada.post(body));
    expect({ [name]: statements }).toEqual({ [name]: [] });
  }
});

test('the operation that is named is run, and no other', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const query = `query Who { viewer { username } }
    mutation Create { createNote(input: { title: "Shopping" }) { __typename } }`;

  expect((await ada.post({ query, operationName: 'Who' })).data).toEqual({
    viewer: { username: 'ada' },
  });
  expect(
    (await ada.query('{ viewer { notes { nodes { id } } } }')).data.viewer.notes.nodes,
  ).toEqual([]);
});

test('an error of a field is a 200 in both media types', async () => {
  await using app = await createTestApp();
  const query = 'mutation { createNote(input: { title: "Shopping" }) { __typename } }';

  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const { status, data, errors } = await app.client().post({ query }, { accept });

    expect(status).toBe(200);
    expect(data).toEqual({ createNote: null });
    expect(errors).toHaveLength(1);
  }
});
