/** Which pages may send operations: every Origin, with every Sec-Fetch-Site, by cookie and by token. */
import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { storedNotes } from '../support/notes.ts';

const OWN = 'https://notes.example.com';
const LISTED = 'https://app.example.com';
const CREATE_NOTE = 'mutation { createNote(input: { title: "Shopping" }) { __typename } }';

const sites = [undefined, 'same-origin', 'none', 'same-site', 'cross-site', 'anything'] as const;

/** The values of Sec-Fetch-Site with which an Origin is let through. */
const origins: Record<string, readonly (string | undefined)[]> = {
  '': [undefined, 'same-origin', 'none'],
  [OWN]: [undefined, 'same-origin', 'none'],
  [LISTED]: sites,
  null: [],
  'https://evil.example': [],
  'http://notes.example.com': [],
  'https://notes.example.com:8443': [],
  'https://notes.example.com.evil.example': [],
  'https://evilnotes.example.com': [],
  'https://example.com': [],
  'https://app.example.com.': [],
  'https://APP.example.com': [],
  'https://app.example.com, https://evil.example': [],
  'http://localhost:4000': [],
};

function headersOf(origin: string, site: string | undefined): Record<string, string> {
  return { ...(origin && { origin }), ...(site && { 'sec-fetch-site': site }) };
}

async function createSite(): Promise<TestApp> {
  return createTestApp({ config: { publicUrl: new URL(OWN), clientOrigins: [LISTED] } });
}

async function send(client: TestClient, headers: Record<string, string>, query = CREATE_NOTE) {
  const { status, errors, data, text } = await client.post({ query }, headers);

  return { status, code: errors[0]?.extensions['code'], data, text };
}

test.for(Object.entries(origins))(
  '[C2] with a cookie, the origin %j is let through as it should be',
  async ([origin, letThrough]) => {
    await using app = await createSite();
    const ada = await app.as(await app.createUser('ada'));
    let count = 0;

    for (const site of sites) {
      const { status, code } = await send(ada, headersOf(origin, site));
      const isOpen = letThrough.includes(site);
      count += isOpen ? 1 : 0;

      expect.soft({ site, status, code }).toEqual({
        site,
        status: isOpen ? 200 : 403,
        code: isOpen ? undefined : 'FORBIDDEN_ORIGIN',
      });
    }
    expect(await storedNotes(app)).toHaveLength(count);
  },
);

test('[C2] an access token without a cookie comes from anywhere', async () => {
  await using app = await createSite();
  const program = await app.withToken(await app.createUser('ada'), 'WRITE');

  for (const origin of Object.keys(origins)) {
    for (const site of sites) {
      const { status, code } = await send(program, headersOf(origin, site));
      expect.soft({ origin, site, status, code }).toMatchObject({ status: 200, code: undefined });
    }
  }
});

test.each(['Bearer nonsense', 'Bearer', 'Basic YWRhOng='])(
  '[C2] beside a cookie, %s exempts nobody',
  async (authorization) => {
    await using app = await createSite();
    const ada = await app.as(await app.createUser('ada'));
    ada.headers['authorization'] = authorization;

    const { status, code } = await send(ada, { origin: 'https://evil.example' });

    expect({ status, code }).toEqual({ status: 403, code: 'FORBIDDEN_ORIGIN' });
    expect(await storedNotes(app)).toEqual([]);
  },
);

const operations = {
  login: `mutation { login(input: { username: "ada", password: "${PASSWORD}" }) { __typename } }`,
  register: `mutation { register(input: { username: "eve", password: "${PASSWORD}" }) { __typename } }`,
  logout: 'mutation { logout { endedSessionIds } }',
  createNote: CREATE_NOTE,
  viewer: '{ viewer { username } }',
};

test.for(Object.entries(operations))(
  '[C2] another site can cause no %s, logged in or not',
  async ([, query]) => {
    await using app = await createSite();
    const ada = await app.as(await app.createUser('ada'));

    for (const client of [ada, app.client()]) {
      const cookie = await client.cookie();
      const statements = await app.statementsOf(async () => {
        const { status, text } = await send(
          client,
          headersOf('https://evil.example', 'cross-site'),
          query,
        );
        expect(status).toBe(403);
        expect(text).not.toMatch(/ada|data/u);
      });

      expect(statements).toEqual([]);
      expect(await client.cookie()).toBe(cookie);
    }
    const em = app.orm.em.fork();
    expect([await em.count(User), await em.count(Session)]).toEqual([1, 1]);
  },
);

test('[C2] what a form can send is refused by its origin before it is looked at', async () => {
  await using app = await createSite();
  const ada = await app.as(await app.createUser('ada'));

  for (const contentType of ['text/plain', 'application/x-www-form-urlencoded']) {
    const response = await ada.request('/graphql', {
      method: 'POST',
      headers: { 'content-type': contentType, origin: 'https://evil.example' },
      body: JSON.stringify({ query: CREATE_NOTE }),
    });
    expect(response.status).toBe(403);
  }
  expect(await storedNotes(app)).toEqual([]);
});

const loopbacks: readonly (readonly [origin: string, host: string, isOurs: boolean])[] = [
  ['http://localhost:4000', 'localhost:4000', true],
  ['http://127.0.0.1:4000', '127.0.0.1:4000', true],
  ['http://[::1]:4000', '[::1]:4000', true],
  ['http://localhost:49152', 'localhost:49152', true],
  ['http://localhost', 'localhost', true],
  ['http://localhost:4001', 'localhost:4000', false],
  ['http://127.0.0.1:4000', 'localhost:4000', false],
  ['https://localhost:4000', 'localhost:4000', false],
  // A name of somebody else's that leads to this machine.
  ['http://rebound.example:4000', 'rebound.example:4000', false],
  ['http://localhost.evil.example:4000', 'localhost.evil.example:4000', false],
  ['http://192.168.1.5:4000', '192.168.1.5:4000', false],
];

test.for(loopbacks)(
  '[C2] in development the origin %s is our own at the host %s: %s',
  async ([origin, host, isOurs]) => {
    await using app = await createSite();
    await using production = await createTestApp({
      config: { publicUrl: new URL(OWN), isProduction: true },
    });

    expect((await send(app.client(), { origin, host })).status).toBe(isOurs ? 200 : 403);
    expect((await send(production.client(), { origin, host })).status).toBe(403);
  },
);

test('[C2] a refusal says which setting would let the page in', async () => {
  await using app = await createSite();

  const { text } = await send(app.client(), { origin: 'https://evil.example' });

  expect(text).toContain('CLIENT_ORIGINS');
  expect(text).not.toContain('evil.example');
});
