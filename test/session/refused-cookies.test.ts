import { expect, test } from 'vitest';

import { loadConfig } from '../../src/config.ts';
import { Session } from '../../src/session/session.ts';
import type { TestApp } from '../support/app.ts';
import { createTestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { signed, tokenOf, viewerOf } from '../support/login.ts';

const newest = 'Zk3vQ8pXw1LrT6nBs0YdJ5hGm2CfUe9aVi7oKxRtE4g';
const older = 'b7Yw0HcNf5QmZs2LxKj8DtVu4RaGp1EoTi9XnCe6MzI';
const foreign = 'T4uW9qKs1XeZ7bVn3JgMc6RyPd0LhFa8CiOoNx5EtYw';

/** The settings of sessions that are signed with these secrets. */
function sessionsSignedWith(...secrets: string[]) {
  const { session } = loadConfig({
    DATABASE_URL: 'sqlite::memory:',
    SESSION_SECRETS: secrets.join(','),
  });

  return { session };
}

/** Anonymous at no cost, without a new cookie, and without harm to the session itself. */
async function expectAnonymous(app: TestApp, ada: TestClient, header: string) {
  const client = app.client();
  client.headers['cookie'] = header;

  const statements = await app.statementsOf(async () => {
    const { status, data, errors, headers } = await client.query('{ viewer { username } }');

    expect({ status, data, errors }).toEqual({ status: 200, data: { viewer: null }, errors: [] });
    expect(headers.getSetCookie()).toEqual([]);
  });

  expect(statements).toEqual([]);
  expect(await viewerOf(ada)).toBe('ada');
}

test.each<[string, (value: string) => string]>([
  ['empty', () => ''],
  ['made up', () => 'x'],
  ['truncated', (value) => value.slice(0, -1)],
  ['cut to its token', (value) => value.slice(0, value.lastIndexOf('.'))],
  ['extended', (value) => `${value}A`],
  ['changed in its id', (value) => (value.startsWith('0') ? '1' : '0') + value.slice(1)],
  [
    'changed in its secret',
    (value) => value.slice(0, 40) + (value[40] === 'A' ? 'B' : 'A') + value.slice(41),
  ],
  [
    'changed in its signature',
    (value) => value.slice(0, 90) + (value[90] === 'A' ? 'B' : 'A') + value.slice(91),
  ],
  ['in upper case', (value) => value.toUpperCase()],
  ['escaped', (value) => value.replaceAll('.', '%2e')],
  ['quoted', (value) => `"${value}"`],
  ['encoded once more', (value) => Buffer.from(value).toString('base64url')],
  ['of another order', (value) => value.split('.').toReversed().join('.')],
  ['very long', (value) => value + 'A'.repeat(10_000)],
])('[A4] a cookie that is %s is anonymous and costs no query', async (_what, change) => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const value = (await ada.cookie()) ?? '';

  await expectAnonymous(app, ada, `session=${change(value)}`);
});

test('[A4] the secret of one session and the id of another are anonymous', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const eve = await app.as(await app.createUser('eve'));
  const [adasParts, evesParts] = [await ada.cookie(), await eve.cookie()].map(
    (value) => value?.split('.') ?? [],
  );

  await expectAnonymous(
    app,
    ada,
    `session=${[adasParts?.[0], evesParts?.[1], evesParts?.[2]].join('.')}`,
  );
  await expectAnonymous(
    app,
    ada,
    `session=${[adasParts?.[0], adasParts?.[1], evesParts?.[2]].join('.')}`,
  );
});

test('[A4] a well-signed cookie with the wrong secret is anonymous', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const { id } = await tokenOf(ada);
  const client = app.client();
  await client.setCookie(signed(app, { id, secret: 'A'.repeat(43) }));

  expect(await viewerOf(client)).toBeNull();
  expect(await viewerOf(ada)).toBe('ada');
});

test('[A4] the cookie of one name is worth nothing under another', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const value = await ada.cookie();

  await expectAnonymous(app, ada, `__Host-session=${value}`);
  await expectAnonymous(app, ada, `Session=${value}; sessions=${value}`);
});

test('[A4] a refused cookie leaves a reason in the log, and nothing of its value', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const value = `${await ada.cookie()}`.replace(/.$/, '!');

  await expectAnonymous(app, ada, `session=${value}`);

  const line = app.logged.find(({ event }) => event === 'session_cookie_refused');
  expect(line).toMatchObject({ reason: expect.any(String), requestId: expect.any(String) });
  expect(JSON.stringify(app.logged)).not.toContain(value.slice(0, 20));
});

test('[A13] two cookies of our name are anonymous, and leave a log line without settings', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const value = await ada.cookie();

  await expectAnonymous(app, ada, `session=${value}; session=${value}`);
  await expectAnonymous(app, ada, `session=planted; session=${value}`);
  await expectAnonymous(app, ada, `session=${value}; session=planted`);

  const lines = app.logged.filter(({ event }) => event === 'session_cookie_refused');
  expect(lines).toHaveLength(3);
  // The default LOG_LEVEL is info, which is 30.
  expect(lines.map(({ level }) => Number(level) >= 30)).toEqual([true, true, true]);
});

test('[A13] cookies of other names do no harm', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const client = app.client();
  client.headers['cookie'] = `a=1; session2=x; session=${await ada.cookie()}; __proto__=x; b`;

  expect(await viewerOf(client)).toBe('ada');
});

test('[A5] a cookie of an older key is good, and is signed anew', async () => {
  await using app = await createTestApp({ config: sessionsSignedWith(newest, older) });
  const ada = await app.as(await app.createUser('ada'));
  const current = (await ada.cookie()) ?? '';
  const old = signed(app, await tokenOf(ada), older);
  await ada.setCookie(old);

  const { data, headers } = await ada.query('{ viewer { username } }');

  expect(old).not.toBe(current);
  expect(data).toEqual({ viewer: { username: 'ada' } });
  expect(headers.getSetCookie()).toHaveLength(1);
  expect(await ada.cookie()).toBe(current);
  expect((await ada.query('{ viewer { username } }')).headers.getSetCookie()).toEqual([]);
});

test('[A5] signing anew does not prolong a remembered session', async () => {
  await using app = await createTestApp({ config: sessionsSignedWith(newest, older) });
  const ada = await app.as(await app.createUser('ada'));
  const token = await tokenOf(ada);
  const expiresAt = new Date(app.clock().getTime() + 90_500);
  await app.orm.em.fork().nativeUpdate(Session, token.id, { isRemembered: true, expiresAt });
  await ada.setCookie(signed(app, token, older));

  const { headers } = await ada.query('{ viewer { username } }');

  expect(headers.getSetCookie()).toEqual([expect.stringContaining('; Max-Age=90;')]);
});

test('[A5] after its key was dropped a cookie is anonymous', async () => {
  await using app = await createTestApp({ config: sessionsSignedWith(newest) });
  const ada = await app.as(await app.createUser('ada'));
  const token = await tokenOf(ada);

  await expectAnonymous(app, ada, `session=${signed(app, token, older)}`);
  await expectAnonymous(app, ada, `session=${signed(app, token, foreign)}`);
});
