import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { expect, test } from 'vitest';

import { createTestApp, type TestApp } from '../support/app.ts';

const post = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"query": "{ viewer { id } }"}',
};

const failing = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { field: { type: GraphQLString, resolve: () => Promise.reject(new Error('failed')) } },
  }),
});

const requests: Record<string, readonly [status: number, path: string, init: RequestInit]> = {
  'an answer': [200, '/graphql', post],
  'a request error': [200, '/graphql', { ...post, body: '{"query": "{"}' }],
  'a refused body': [400, '/graphql', { ...post, body: '{' }],
  'a bad host': [400, '/graphql', { ...post, headers: { ...post.headers, host: 'a b' } }],
  'a path that does not exist': [404, '/nothing', {}],
  'a path close to the API': [404, '/graphql/', post],
  'a path that leads out of a folder': [404, '/..%2f..%2fetc/passwd', {}],
  'a wrong method': [405, '/graphql', { method: 'DELETE' }],
  'a media type that cannot be had': [
    406,
    '/graphql',
    { ...post, headers: { ...post.headers, accept: 'image/png' } },
  ],
  'a wrong content type': [415, '/graphql', { ...post, headers: { 'content-type': 'text/plain' } }],
};

const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'content-type': 'application/json; charset=utf-8',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

test.for(Object.entries(requests))(
  '[C4] the security headers stand on %s',
  async ([, [status, path, init]]) => {
    await using app = await createTestApp();

    const response = await app.client().request(path, init);

    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject(headers);
    expectNoBanner(response);
  },
);

test.for(Object.entries(requests))('[A12] no cache may keep %s', async ([, [, path, init]]) => {
  await using app = await createTestApp();

  const response = await app.client().request(path, init);

  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('vary')?.split(/, */u)).toContain('Cookie');
});

test('[C4] the security headers stand on what shows the way from the bare address', async () => {
  await using app = await createTestApp();

  const response = await app.client().request('/', { redirect: 'manual' });

  const { 'content-type': _none, ...others } = headers;
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe('/graphql');
  expect(Object.fromEntries(response.headers)).toMatchObject(others);
});

test('[C4] the security headers stand on an answer with a masked error', async () => {
  await using app = await createTestApp({ schema: failing });

  const { headers: found } = await app.client().query('{ field }');

  expect(Object.fromEntries(found)).toMatchObject(headers);
});

test('[C4] the security headers stand on the answer to a failure that nobody expected', async () => {
  await using app = await createTestApp();
  await app.orm.close();

  const { status, headers: found } = await app.client().query('{ notes { nodes { id } } }');

  expect(status).toBe(200);
  expect(Object.fromEntries(found)).toMatchObject(headers);
});

test.for(Object.entries(requests))(
  '[C4] in production browsers are kept on https by %s',
  async ([, [, path, init]]) => {
    await using app = await createProductionApp();

    const response = await app.client().request(path, init);

    expect(response.headers.get('strict-transport-security')).toMatch(
      /^max-age=\d{8,}; includeSubDomains$/u,
    );
  },
);

test('[C4] outside of production browsers are not kept on https', async () => {
  await using app = await createTestApp();

  const { headers: found } = await app.client().query('{ viewer { id } }');

  expect(found.has('strict-transport-security')).toBe(false);
});

test('[C4] the page of GraphiQL has a policy of its own, and the other headers', async () => {
  await using app = await createTestApp({ config: { graphiql: true } });

  const response = await app.client().request('/graphql', { headers: { accept: 'text/html' } });

  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/u);
  expect(response.headers.get('content-security-policy')).not.toMatch(/unsafe-eval|\*|https?:/u);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expectNoBanner(response);
});

const badHosts = [
  'a b',
  'localhost:99999',
  'localhost:x',
  'a/b',
  'user@localhost',
  'a\\b',
  '<script>',
  '[::1',
  'localhost, evil.example',
  '',
];

test.for(badHosts)('[C5] the host %j is a 400 without an echo', async (host) => {
  await using app = await createTestApp();

  const statements = await app.statementsOf(async () => {
    const { status, errors, text } = await app
      .client()
      .post({ query: '{ notes { nodes { id } } }' }, { host });

    expect(status).toBe(400);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
    expect(host === '' || !text.includes(host)).toBe(true);
  });

  expect(statements).toEqual([]);
  expect(app.complaints()).toEqual([]);
});

const goodHosts = [
  'localhost',
  'LOCALHOST:4000',
  'notes.example.com',
  '127.0.0.1:80',
  '[::1]:4000',
  'xn--bcher-kva.example',
];

test.for(goodHosts)('the host %s is served', async (host) => {
  await using app = await createTestApp();

  expect((await app.client().post({ query: '{ viewer { id } }' }, { host })).status).toBe(200);
});

async function createProductionApp(): Promise<TestApp> {
  return createTestApp({ config: { isProduction: true } });
}

function expectNoBanner({ headers: found }: Response): void {
  expect(found.has('server')).toBe(false);
  expect(found.has('x-powered-by')).toBe(false);
}
