/** What a developer is told whose cookie does not come back. */
import { expect, test } from 'vitest';

import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { LOGIN } from '../support/login.ts';

const LISTED = 'http://127.0.0.1:5173';

/** The advice in the log. */
function adviceIn({ logged }: TestApp): unknown[] {
  return logged
    .filter(({ event }) => event === 'session_cookie_withheld')
    .map(({ level, reason }) => ({ level, reason }));
}

const secure = { level: 20, reason: expect.stringContaining('Secure') };

const logins: readonly (readonly [what: string, headers: Record<string, string>, told: boolean])[] =
  [
    ['a program by plain http', { host: '192.168.1.5:4000' }, true],
    ['a program by plain http and a name', { host: 'notes.example.com' }, true],
    ['a proxy that heard plain http', { 'x-forwarded-proto': 'http' }, true],
    ['a proxy that heard https', { 'x-forwarded-proto': 'https' }, false],
    ['a proxy that says little', { 'x-forwarded-for': '203.0.113.7' }, false],
    ['a page over https', { origin: 'https://notes.example.com' }, false],
    ['localhost', { host: 'localhost:4000' }, false],
    ['a name under localhost', { host: 'notes.localhost:4000' }, false],
    ['127.0.0.1', { host: '127.0.0.1:4000' }, false],
    ['::1', { host: '[::1]:4000' }, false],
  ];

test.for(logins)(
  'a login in production by %s is told why the cookie will not be kept, if it is so',
  async ([, headers, told]) => {
    const publicUrl = new URL('https://notes.example.com');
    await using app = await createTestApp({ config: { isProduction: true, publicUrl } });
    await app.createUser('ada');
    const input = { username: 'ada', password: PASSWORD };

    const answer = await app.client().post({ query: LOGIN, variables: { input } }, headers);

    expect(answer.headers.getSetCookie()).toHaveLength(1);
    expect(adviceIn(app)).toEqual(told ? [secure] : []);
  },
);

test('a page by plain http that is listed is told, too', async () => {
  const origin = 'http://notes.example.com';
  await using app = await createTestApp({
    config: { isProduction: true, clientOrigins: [origin] },
  });
  await app.createUser('ada');
  const input = { username: 'ada', password: PASSWORD };
  const headers = { origin, host: 'notes.example.com' };

  await app.client().post({ query: LOGIN, variables: { input } }, headers);
  await app.client().post({ query: '{ viewer { id } }' }, headers);

  expect(adviceIn(app)).toEqual([secure]);
});

test('a login in development by plain http works, and there is nothing to tell', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const input = { username: 'ada', password: PASSWORD };

  await app.client().post({ query: LOGIN, variables: { input } }, { host: '192.168.1.5:4000' });

  expect(adviceIn(app)).toEqual([]);
});

test('a request of another site without a cookie is told of SameSite', async () => {
  await using app = await createTestApp({ config: { clientOrigins: [LISTED] } });
  const headers = { origin: LISTED, 'sec-fetch-site': 'cross-site' };
  const ada = await app.as(await app.createUser('ada'));

  await app.client().post({ query: '{ viewer { id } }' }, headers);
  expect(adviceIn(app)).toEqual([{ level: 20, reason: expect.stringContaining('SameSite=Lax') }]);

  await ada.post({ query: '{ viewer { id } }' }, headers);
  await app
    .client()
    .post({ query: '{ viewer { id } }' }, { ...headers, 'sec-fetch-site': 'same-site' });
  expect(adviceIn(app)).toHaveLength(1);
});

test('a program with a token needs no cookie, and no advice', async () => {
  await using app = await createTestApp();
  const program = await app.withToken(await app.createUser('ada'));

  await program.post({ query: '{ viewer { id } }' }, { 'sec-fetch-site': 'cross-site' });

  expect(adviceIn(app)).toEqual([]);
});
