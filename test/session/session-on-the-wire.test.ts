import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD } from '../support/app.ts';
import { LOGIN, viewerOf } from '../support/login.ts';

test('[A11] an anonymous request makes no row, no cookie and no query', async () => {
  await using app = await createTestApp();
  const visitor = app.client();

  const statements = await app.statementsOf(async () => {
    const { data, headers } = await visitor.query('{ viewer { id } }');

    expect(data).toEqual({ viewer: null });
    expect(headers.getSetCookie()).toEqual([]);
  });

  expect(statements).toEqual([]);
  expect(await app.orm.em.fork().count(Session)).toBe(0);
});

test.each([
  ['does not parse', { query: '{ viewer' }, 'GRAPHQL_PARSE_FAILED'],
  ['does not validate', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['has no such operation', { query: '{ viewer { id } }', operationName: 'X' }, 'BAD_USER_INPUT'],
])('[A11] a document that %s costs no query, with a session too', async (_what, body, code) => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const statements = await app.statementsOf(async () => {
    expect((await ada.post(body)).errors[0]?.extensions).toMatchObject({ code });
  });

  expect(statements).toEqual([]);
});

test('a request with a session loads it and its user in one query', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  expect(await app.statementsOf(async () => viewerOf(ada))).toHaveLength(1);
});

test('[A12] no answer of the API may be stored, and every one depends on the cookie', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const client = app.client();
  const json = { 'content-type': 'application/json' };
  async function post(body: string, headers: Record<string, string> = json): Promise<Response> {
    return client.request('/graphql', { method: 'POST', headers, body });
  }

  const answers = [
    await post('{"query":"{ viewer { id } }"}'),
    await post(
      JSON.stringify({
        query: LOGIN,
        variables: { input: { username: 'ada', password: PASSWORD } },
      }),
    ),
    await post('{"query":"{ viewer { id } }"}'),
    await post('{"query":"{ broken"}'),
    await post('{"query":'),
    await post('query=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    await post('{"query":"{ viewer { id } }"}', { ...json, accept: 'text/csv' }),
    await post('x'.repeat(1_000_001)),
    await client.request('/graphql', { method: 'DELETE' }),
    await client.request('/nowhere'),
  ];
  await app.orm.em.getConnection().execute('drop table session');
  answers.push(await post('{"query":"{ viewer { id } }"}'));

  expect(answers.map(({ status }) => status)).toEqual([
    200, 200, 200, 200, 400, 415, 406, 413, 405, 404, 503,
  ]);
  for (const { headers } of answers) {
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('vary')?.split(/, */)).toContain('Cookie');
  }
});

test('[A13] the cookie is the only carrier of a session', async () => {
  await using app = await createTestApp();
  const value = (await (await app.as(await app.createUser('ada'))).cookie()) ?? '';
  const query = '{ viewer { username } }';
  const json = { 'content-type': 'application/json' };
  const stranger = app.client();

  const inUrl = await stranger.request(`/graphql?session=${value}`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ query }),
  });
  const answers = [
    await inUrl.json(),
    await stranger.post({ query, session: value, cookie: `session=${value}` }),
    await stranger.post({ query, extensions: { session: value, cookie: `session=${value}` } }),
    await stranger.post({ query, variables: { session: value } }),
    await stranger.post({ query }, { session: value, 'set-cookie': `session=${value}` }),
  ];

  expect(answers.map(({ data }) => data)).toEqual(answers.map(() => ({ viewer: null })));
  const asToken = await stranger.post({ query }, { authorization: `Bearer ${value}` });
  expect([asToken.status, asToken.data]).toEqual([401, null]);
  expect(await app.orm.em.fork().count(User)).toBe(1);
});
