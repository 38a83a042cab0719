import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';

const SECRET = 'correct horse battery staple';

const malformed: Record<string, string> = {
  nothing: '',
  'blanks alone': '  \n ',
  'half a JSON object': `{"query": "{ viewer { id } }", "x": "${SECRET}`,
  'a word': SECRET,
  'a number': '42',
  null: 'null',
  'a string': `"${SECRET}"`,
  'a batch': `[{"query": "{ viewer { id } }"}, {"query": "{ ${SECRET.replaceAll(' ', '_')} }"}]`,
  'an empty batch': '[]',
  'an object without a query': `{"operationName": "${SECRET}"}`,
  'a persisted query without its text': `{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "${SECRET}"}}}`,
  'a query that is null': `{"query": null, "x": "${SECRET}"}`,
  'a query that is a number': `{"query": 1, "x": "${SECRET}"}`,
  'a query that is an object': `{"query": {"kind": "${SECRET}"}}`,
  'variables in a list': `{"query": "{ viewer { id } }", "variables": ["${SECRET}"]}`,
  'variables in a string': `{"query": "{ viewer { id } }", "variables": "{\\"a\\": \\"${SECRET}\\"}"}`,
  'an operation name that is an object': `{"query": "{ viewer { id } }", "operationName": {"$ne": "${SECRET}"}}`,
  'extensions in a string': `{"query": "{ viewer { id } }", "extensions": "${SECRET}"}`,
  'JSON of JavaScript': `{query: '${SECRET}'}`,
  'trailing text': `{"query": "{ viewer { id } }"} ${SECRET}`,
  'deep brackets': '['.repeat(200_000),
};

test.for(Object.entries(malformed))(
  '[C5] a body of %s is a coded 400 without an echo',
  async ([, body]) => {
    await using app = await createTestApp();

    const response = await app.client().request('/graphql', post(body));
    const text = await response.text();

    expect(response.status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(text).not.toContain(SECRET);
    expect(text).not.toMatch(/correct|horse|staple|position|\bat \w+ \(/u);
    expect(app.complaints()).toEqual([]);
  },
);

const harmless: Record<string, object> = {
  'variables that are null': { variables: null },
  'an operation name that is null': { operationName: null },
  'extensions that are null': { extensions: null },
  'properties that nobody knows': { id: 'x', extra: [1] },
  'variables that the operation does not have': { variables: { unknown: 1, __proto__: null } },
};

test.for(Object.entries(harmless))('a body with %s is run', async ([, properties]) => {
  await using app = await createTestApp();

  const { status, data, errors } = await app
    .client()
    .post({ query: '{ viewer { id } }', ...properties });

  expect({ status, data, errors }).toEqual({ status: 200, data: { viewer: null }, errors: [] });
});

test('variables named like the properties of every object are nothing but variables', async () => {
  await using app = await createTestApp();
  const query =
    'query ($id: ID!, $constructor: ID!) { a: node(id: $id) { id } b: node(id: $constructor) { id } }';
  const variables = '{"id": "x", "constructor": "y", "__proto__": {"id": "polluted"}}';

  const response = await app
    .client()
    .request('/graphql', post(`{"query": ${JSON.stringify(query)}, "variables": ${variables}}`));

  expect(await response.json()).toEqual({ data: { a: null, b: null } });
  expect(Object.prototype).not.toHaveProperty('id');
});

test('[C7] a body of more than 1 MB is a 413, however it is sent', async () => {
  await using app = await createTestApp();
  const statuses: number[] = [];
  const bodies = [padded(1_000_000), padded(1_000_001), endless()];

  for (const body of bodies) {
    const response = await app.client().request('/graphql', post(body));
    statuses.push(response.status);
  }

  expect(statuses).toEqual([200, 413, 413]);
});

test('[C7] a body that is too large is refused with a code', async () => {
  await using app = await createTestApp();

  const response = await app.client().request('/graphql', post(padded(1_000_001)));

  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'BODY_TOO_LARGE' } }],
  });
});

test('[C7] the size of a body is counted in bytes', async () => {
  await using app = await createTestApp();

  const response = await app
    .client()
    .request(
      '/graphql',
      post(JSON.stringify({ query: '{ viewer { id } }', x: 'é'.repeat(600_000) })),
    );

  expect(response.status).toBe(413);
});

const notUtf8: Record<string, number[]> = {
  'a lone byte of two': [0xc3],
  'an overlong slash': [0xc0, 0xaf],
  'an encoded surrogate': [0xed, 0xa0, 0x80],
  'Latin-1': [0xe9, 0x20],
};

test.for(Object.entries(notUtf8))(
  '[C5] a body that is not UTF-8 is a 400: %s',
  async ([, bytes]) => {
    await using app = await createTestApp();
    const [head = '', tail = ''] = JSON.stringify({ query: '{ viewer { id } }', x: '|' }).split(
      '|',
    );
    const body = Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]);

    const response = await app.client().request('/graphql', post(body));

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
  },
);

test('a body in UTF-16 is a 400', async () => {
  await using app = await createTestApp();
  const body = Buffer.from('\uFEFF{"query": "{ viewer { id } }"}', 'utf16le');

  expect((await app.client().request('/graphql', post(body))).status).toBe(400);
});

function post(body: BodyInit): RequestInit & { duplex: 'half' } {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' };
}

/** An operation of so many bytes. */
function padded(size: number): string {
  const operation = JSON.stringify({ query: '{ viewer { id } }' });

  return operation.padEnd(size);
}

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(0x20)),
  });
}
