import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { expect, test } from 'vitest';

import { createTestApp, type TestApp, type TestAppOptions } from '../support/app.ts';

const [LISTED, ALSO_LISTED] = ['https://app.example.com', 'https://admin.example.com'];
const preflight = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type',
};

async function createSite(options: TestAppOptions = {}): Promise<TestApp> {
  const config = {
    publicUrl: new URL('https://notes.example.com'),
    clientOrigins: [LISTED, ALSO_LISTED],
    ...options.config,
  };

  return createTestApp({ ...options, config });
}

/** The headers by which a server speaks of CORS. */
function corsOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
}

test.each([LISTED, ALSO_LISTED])('[C3] the preflight of %s is granted', async (origin) => {
  await using app = await createSite();

  const response = await app.client().request('/graphql', {
    method: 'OPTIONS',
    headers: { ...preflight, origin },
  });

  expect(response.status).toBe(204);
  expect(await response.text()).toBe('');
  expect(corsOf(response)).toEqual({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'Authorization, Content-Type, Traceparent',
    'access-control-max-age': '7200',
    'access-control-expose-headers': 'Retry-After, X-Request-Id',
  });
  expect(response.headers.get('vary')).toContain('Origin');
});

const strangers = [
  'null',
  '*',
  'https://evil.example',
  'https://notes.example.com',
  'http://app.example.com',
  'https://app.example.com:8443',
  'https://app.example.com.evil.example',
  `${LISTED}, ${ALSO_LISTED}`,
];

test.each(strangers)(
  '[C3] the preflight of %s is refused without a word of CORS',
  async (origin) => {
    await using app = await createSite();

    const response = await app.client().request('/graphql', {
      method: 'OPTIONS',
      headers: { ...preflight, origin },
    });

    expect(response.status).toBe(403);
    expect(corsOf(response)).toEqual({});
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN_ORIGIN' } }],
    });
  },
);

test('[C3] without listed origins there is no CORS', async () => {
  await using app = await createSite({ config: { clientOrigins: [] } });

  for (const method of ['OPTIONS', 'POST']) {
    const response = await app.client().request('/graphql', {
      method,
      headers: { ...preflight, origin: LISTED },
    });
    expect(response.status).toBe(403);
    expect(corsOf(response)).toEqual({});
  }
});

test('[C3] an OPTIONS that is no preflight is a method like others', async () => {
  await using app = await createSite();

  const response = await app.client().request('/graphql', {
    method: 'OPTIONS',
    headers: { origin: LISTED },
  });

  expect(response.status).toBe(405);
});

const failing = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { field: { type: GraphQLString, resolve: () => Promise.reject(new Error('failed')) } },
  }),
});
type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string> };

const json = { 'content-type': 'application/json' };

const requests: readonly (readonly [status: number, path: string, init: Init])[] = [
  [200, '/graphql', { method: 'POST', headers: json, body: '{"query": "{ field }"}' }],
  [200, '/graphql', { method: 'POST', headers: json, body: '{"query": "{"}' }],
  [400, '/graphql', { method: 'POST', headers: json, body: '{' }],
  [400, '/graphql', { method: 'POST', headers: { ...json, host: 'a b' }, body: '{}' }],
  [
    401,
    '/graphql',
    {
      method: 'POST',
      headers: { ...json, authorization: 'Bearer nonsense' },
      body: '{"query": "{ field }"}',
    },
  ],
  [404, '/nothing', {}],
  [405, '/graphql', { method: 'DELETE' }],
  [415, '/graphql', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }],
];

test.for(requests)(
  '[C3] an answer with %i to a listed origin says so, whatever it is; to others it does not',
  async ([status, path, { headers, ...init }]) => {
    await using app = await createSite({ schema: failing });

    const listed = await app.client().request(path, {
      ...init,
      headers: { ...headers, origin: LISTED },
    });
    const foreign = await app.client().request(path, {
      ...init,
      headers: { ...headers, origin: 'https://evil.example' },
    });

    expect(listed.status).toBe(status);
    expect(corsOf(listed)).toEqual({
      'access-control-allow-origin': LISTED,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'Retry-After, X-Request-Id',
    });
    expect(corsOf(foreign)).toEqual({});
    expect(listed.headers.get('vary')).toContain('Origin');
    expect(foreign.headers.get('vary')).toContain('Origin');
  },
);

test('[C3] an answer to a request without an origin says nothing of CORS, and that it might', async () => {
  await using app = await createSite();

  const { headers } = await app.client().query('{ viewer { id } }');

  expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  expect(headers.get('vary')).toContain('Origin');
});
