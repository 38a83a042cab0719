/** How access tokens are made, listed and revoked. `bearer.test.ts` shows what they open. */
import { expect, test } from 'vitest';

import { AccessToken } from '../../src/auth/access-token.ts';
import { encodeGlobalId } from '../../src/graphql/global-id.ts';
import { hashOf } from '../../src/session/secret.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { DAY, SECOND } from '../support/clock.ts';
import { viewerOf } from '../support/login.ts';

const CREATE = `mutation ($input: CreateAccessTokenInput!) {
  createAccessToken(input: $input) {
    __typename
    ... on CreateAccessTokenSuccess {
      token accessToken { id name scope createdAt expiresAt lastUsedAt }
    }
    ... on UserError { code }
    ... on InvalidInputError { issues { path } }
  }
}`;
const REVOKE = `mutation ($id: ID!) {
  revokeAccessToken(input: { id: $id }) {
    ... on RevokeAccessTokenSuccess { revokedAccessTokenId }
    ... on UserError { code message }
  }
}`;
const LIST = '{ viewer { accessTokens { nodes { id name scope expiresAt } } } }';

async function create(client: TestClient, input: object = {}) {
  const { data } = await client.query(CREATE, { input: { name: 'backup script', ...input } });

  return data.createAccessToken;
}

function withToken(app: TestApp, token: string): TestClient {
  const client = app.client();
  client.headers['authorization'] = `Bearer ${token}`;

  return client;
}

async function storedTokens({ orm }: TestApp): Promise<AccessToken[]> {
  return orm.em.fork().findAll(AccessToken, { orderBy: { id: 'asc' } });
}

test('a token is made for reading and for ninety days, unless one says more', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const { token, accessToken } = await create(ada);

  expect(accessToken).toEqual({
    id: expect.any(String),
    name: 'backup script',
    scope: 'READ',
    createdAt: app.clock().toISOString(),
    expiresAt: new Date(app.clock().getTime() + 90 * DAY).toISOString(),
    lastUsedAt: null,
  });
  expect(await viewerOf(withToken(app, token))).toBe('ada');
});

test('a token is shown once, and stored as a digest', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const { token, accessToken } = await create(ada);
  const list = await ada.query(LIST);
  const node = await ada.query(
    'query ($id: ID!) { node(id: $id) { ... on AccessToken { name } } }',
    {
      id: accessToken.id,
    },
  );

  expect(await storedTokens(app)).toMatchObject([{ tokenHash: hashOf(token) }]);
  expect(list.data.viewer.accessTokens.nodes).toMatchObject([{ name: 'backup script' }]);
  expect(node.data.node).toEqual({ name: 'backup script' });
  for (const { text } of [list, node]) {
    expect(text).not.toContain(token);
    expect(text).not.toContain(hashOf(token));
  }
});

test.each(['token', 'tokenHash', 'user'])('an access token has no field %s', async (field) => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const { errors } = await ada.query(`{ viewer { accessTokens { nodes { ${field} } } } }`);

  expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
});

test.each([
  [{ name: '' }, 'name'],
  [{ name: '   ' }, 'name'],
  [{ name: 'x'.repeat(101) }, 'name'],
  [{ name: 'a\0b' }, 'name'],
  [{ expiresInDays: 0 }, 'expiresInDays'],
  [{ expiresInDays: -1 }, 'expiresInDays'],
  [{ expiresInDays: 366 }, 'expiresInDays'],
  [{ expiresInDays: 2_147_483_647 }, 'expiresInDays'],
])('no token is made of %j', async (input, path) => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  expect(await create(ada, input)).toEqual({
    __typename: 'InvalidInputError',
    code: 'INVALID_INPUT',
    issues: [{ path: [path] }],
  });
  expect(await storedTokens(app)).toEqual([]);
});

test('a token works until the moment that it expires', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'), { remembered: true });
  const { token } = await create(ada, { expiresInDays: 1 });
  const program = withToken(app, token);

  app.clock.advance(DAY - 1);
  expect(await viewerOf(program)).toBe('ada');
  app.clock.advance(1);
  const { status, errors } = await program.query('{ viewer { username } }');

  expect({ status, code: errors[0]?.extensions['code'] }).toEqual({
    status: 401,
    code: 'UNAUTHENTICATED',
  });
  // It stays in the list, for its owner to see what has stopped working.
  expect((await ada.query(LIST)).data.viewer.accessTokens.nodes).toHaveLength(1);
});

test('a revoked token stops working at once, and the others do not', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const [one, other] = [await create(ada), await create(ada)];

  const { data } = await ada.query(REVOKE, { id: one.accessToken.id });

  expect(data.revokeAccessToken).toEqual({ revokedAccessTokenId: one.accessToken.id });
  expect((await withToken(app, one.token).query('{ viewer { id } }')).status).toBe(401);
  expect(await viewerOf(withToken(app, other.token))).toBe('ada');
  expect(await storedTokens(app)).toHaveLength(1);
});

test('somebody else’s token, one that is gone and no token at all are the same', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const eve = await app.as(await app.createUser('eve'));
  const foreign = await create(eve);
  const gone = await create(ada);
  await ada.query(REVOKE, { id: gone.accessToken.id });

  const ids = [foreign.accessToken.id, gone.accessToken.id, encodeGlobalId('User', user.id), ''];
  const texts = await Promise.all(ids.map(async (id) => (await ada.query(REVOKE, { id })).text));

  expect(new Set(texts).size).toBe(1);
  expect(texts[0]).toContain('NOT_FOUND');
  expect(await viewerOf(withToken(app, foreign.token))).toBe('eve');
});

test('the list has one’s own tokens alone, newest first', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await create(await app.as(await app.createUser('eve')));
  await create(ada, { name: 'first', scope: 'WRITE' });
  await create(ada, { name: 'second' });

  expect((await ada.query(LIST)).data.viewer.accessTokens.nodes).toMatchObject([
    { name: 'second', scope: 'READ' },
    { name: 'first', scope: 'WRITE' },
  ]);
});

test('the last use is written at most once a minute', async () => {
  await using app = await createTestApp();
  const program = await app.withToken(await app.createUser('ada'));
  const first = app.clock();
  const written: string[] = [];
  async function use(): Promise<void> {
    const statements = await app.statementsOf(async () => viewerOf(program));
    written.push(...statements.filter((sql) => !sql.startsWith('select')));
  }

  await use();
  app.clock.advance(59 * SECOND);
  await use();
  expect(await storedTokens(app)).toMatchObject([{ lastUsedAt: first }]);
  app.clock.advance(SECOND);
  await use();

  expect(await storedTokens(app)).toMatchObject([{ lastUsedAt: app.clock() }]);
  expect(written).toHaveLength(2);
});
