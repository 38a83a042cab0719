import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { createTestApp, PASSWORD } from '../support/app.ts';
import { login, LOGIN, register, signed, tokenOf, viewerOf } from '../support/login.ts';

const production = {
  isProduction: true,
  graphiql: false,
  introspection: false,
  publicUrl: new URL('https://notes.test'),
};

test('[A1] a token has 256 random bits, and every login has another one', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const client = app.client();

  const secrets = new Set<string>();
  for (let turn = 0; turn < 5; turn += 1) {
    await login(client, 'ada');
    secrets.add((await tokenOf(client)).secret);
  }

  expect(secrets.size).toBe(5);
  expect([...secrets].map((secret) => Buffer.from(secret, 'base64url').length)).toEqual([
    32, 32, 32, 32, 32,
  ]);
});

test('[A1] only the digest of the secret is stored', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const { id, secret } = await tokenOf(ada);

  const [row] = await app.orm.em.fork().find(Session, { id });

  expect(row?.secretHash).toMatch(/^[\w-]{43}$/);
  expect(row?.secretHash).not.toBe(secret);
});

test('[A1] a stored digest that is sent as a cookie is anonymous, well signed as it is', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const { id } = await tokenOf(ada);
  const { secretHash } = await app.orm.em.fork().findOneOrFail(Session, { id });

  const thief = app.client();
  await thief.setCookie(signed(app, { id, secret: secretHash }));

  expect(await viewerOf(thief)).toBeNull();
  expect(await viewerOf(ada)).toBe('ada');
});

test('[A2] a login in production sets exactly one cookie, with every attribute', async () => {
  await using app = await createTestApp({ config: production });
  await app.createUser('ada');
  const client = app.client();

  const { headers } = await login(client, 'ada');

  const [cookie = '', ...others] = headers.getSetCookie();
  expect(others).toEqual([]);
  expect(cookie).toMatch(/^__Host-session=[0-9a-f-]{36}\.[\w-]{43}\.[\w-]{43}; /);
  expect(cookie.split('; ').slice(1).toSorted()).toEqual([
    'HttpOnly',
    'Path=/',
    'SameSite=Lax',
    'Secure',
  ]);
  expect(Buffer.byteLength(cookie)).toBeLessThan(4096);
  expect(await viewerOf(client)).toBe('ada');
});

test('[A2] in production Secure does not depend on the request', async () => {
  await using app = await createTestApp({ config: production });
  await app.createUser('ada');
  const body = JSON.stringify({
    query: LOGIN,
    variables: { input: { username: 'ada', password: PASSWORD } },
  });

  const { headers } = await app.fetch(
    new Request('http://notes.test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-proto': 'http' },
      body,
    }),
  );

  expect(headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-session=.*; Secure/)]);
});

test('[A2] a login in development sets exactly one cookie, which plain http can carry', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');

  const { headers } = await login(app.client(), 'ada');

  const [cookie = '', ...others] = headers.getSetCookie();
  expect(others).toEqual([]);
  expect(cookie.split('=')[0]).toBe('session');
  expect(cookie.split('; ').slice(1).toSorted()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax']);
});

test('[A2] one operation that logs out and in sets one cookie, the last', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const client = app.client();

  const { headers } = await client.query(
    `mutation ($input: LoginInput!) {
      first: logout { endedSessionIds }
      login(input: $input) { __typename }
    }`,
    { input: { username: 'ada', password: PASSWORD } },
  );

  expect(headers.getSetCookie()).toHaveLength(1);
  expect(await viewerOf(client)).toBe('ada');
});

test('[A2] a refused login sets no cookie', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');

  const { headers } = await login(app.client(), 'ada', 'not the password');

  expect(headers.getSetCookie()).toEqual([]);
  expect(await app.orm.em.fork().count(Session)).toBe(0);
});

test('[A2] the token stands in no body, no log line and no column', async () => {
  await using app = await createTestApp();
  const client = app.client();
  const texts = [
    (await register(client, { username: 'ada' })).text,
    (await login(client, 'ada')).text,
    (await client.query('{ viewer { id username user { id } } }')).text,
    (await client.query('{ broken')).text,
    (await client.query('{ note(id: "x") { id } }')).text,
  ];
  const { secret } = await tokenOf(client);
  await client.query('{ viewer { id } }', {});
  const connection = app.orm.em.getConnection();
  for (const table of ['user', 'session']) {
    texts.push(JSON.stringify(await connection.execute(`select * from "${table}"`)));
  }
  await connection.execute('drop table session');
  texts.push((await client.query('{ viewer { id } }')).text, JSON.stringify(app.logged));

  expect(secret).toHaveLength(43);
  expect(app.logged).not.toEqual([]);
  expect(texts.filter((text) => text.includes(secret))).toEqual([]);
});
