/** The pages that mails lead to, as a browser asks for them. */
import { expect, test } from 'vitest';

import { MailToken } from '../../src/auth/mail-token.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { HOUR } from '../support/clock.ts';
import { login, viewerOf } from '../support/login.ts';
import { requestPasswordReset, resendEmailVerification } from '../support/mail.ts';

const ADDRESS = 'ada@example.com';
const NEW = 'nine grey owls in the rain';

const paths = ['/forgot-password', '/reset-password', '/verify-email'];

async function createAppWithAda(options: TestAppOptions = {}): Promise<TestApp> {
  const app = await createTestApp(options);
  await app.createUser('ada', { email: ADDRESS, pendingEmail: 'new@example.com' });

  return app;
}

/** @returns the address of the page that a new mail leads to, as seen from the server */
async function resetPageOf(app: TestApp): Promise<string> {
  await requestPasswordReset(app.client(), ADDRESS);
  const { pathname, search } = new URL((await app.outbox.last())?.link ?? '');

  return pathname + search;
}

/** What a browser sends for a form of a page without a referrer. */
const formHeaders = {
  'content-type': 'application/x-www-form-urlencoded',
  origin: 'null',
  'sec-fetch-site': 'same-origin',
};

async function post(
  client: TestClient,
  path: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = formHeaders,
) {
  const body = new URLSearchParams(fields).toString();
  const response = await client.request(path, { method: 'POST', headers, body });

  return { status: response.status, text: await response.text(), headers: response.headers };
}

test('[G1] the link of a mail opens a page that uses nothing up, and posting its form sets the password', async () => {
  await using app = await createAppWithAda();
  const page = await resetPageOf(app);
  const browser = app.client();

  for (let visit = 0; visit < 3; visit += 1) {
    const response = await browser.request(page);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('value="ada"');
  }
  expect(await app.orm.em.fork().count(MailToken)).toBe(1);

  const { status, text } = await post(browser, page, { newPassword: NEW, repeated: NEW });

  expect(status).toBe(200);
  expect(text).toContain('Your password is changed');
  expect(await browser.cookie()).toBeNull();
  expect((await login(app.client(), 'ada', NEW)).data.login.__typename).toBe('LoginSuccess');
});

test('[G1] a link that was used or has expired says so, with a way on', async () => {
  await using app = await createAppWithAda();
  const page = await resetPageOf(app);
  await post(app.client(), page, { newPassword: NEW, repeated: NEW });

  const again = await post(app.client(), page, { newPassword: NEW, repeated: NEW });
  expect(again.status).toBe(410);
  expect(again.text).toContain('role="alert"');
  expect(again.text).toContain('href="/forgot-password"');
  expect((await app.client().request(page)).status).toBe(410);
  expect((await app.client().request('/reset-password')).status).toBe(410);

  const late = await resetPageOf(app);
  app.clock.advance(HOUR);
  expect((await app.client().request(late)).status).toBe(410);
});

test('what is wrong with a password is told in the page, and the link works on', async () => {
  await using app = await createAppWithAda();
  const page = await resetPageOf(app);

  const short = await post(app.client(), page, { newPassword: 'short', repeated: 'short' });
  const different = await post(app.client(), page, { newPassword: NEW, repeated: `${NEW}!` });

  expect([short.status, different.status]).toEqual([422, 422]);
  expect(short.text).toContain('A password has at least 8 characters.');
  expect(different.text).toContain('The two passwords are not the same.');
  expect(different.text).not.toContain(NEW);
  expect((await post(app.client(), page, { newPassword: NEW, repeated: NEW })).status).toBe(200);
});

test('an address is confirmed by a page, too', async () => {
  await using app = await createAppWithAda();
  const ada = await app.as(await app.createUser('eve', { pendingEmail: 'eve@example.com' }));
  await resendEmailVerification(ada, 'eve@example.com');
  const { pathname, search } = new URL((await app.outbox.last())?.link ?? '');
  const page = pathname + search;

  expect(await (await app.client().request(page)).text()).toContain('eve');
  expect((await ada.query('{ viewer { email } }')).data.viewer.email).toBeNull();
  expect((await post(app.client(), page)).status).toBe(200);
  expect((await ada.query('{ viewer { email } }')).data.viewer.email).toBe('eve@example.com');
  expect((await post(app.client(), page)).status).toBe(410);
});

test('[G2] a new password is asked for by a page, which answers the same for every address', async () => {
  await using app = await createAppWithAda();

  const known = await post(app.client(), '/forgot-password', { email: ADDRESS });
  const unknown = await post(app.client(), '/forgot-password', { email: 'bob@example.com' });

  expect(known.status).toBe(200);
  expect({ ...known, headers: null }).toEqual({ ...unknown, headers: null });
  expect((await app.outbox.all()).map(({ to }) => to)).toEqual([ADDRESS]);
  const wrong = await post(app.client(), '/forgot-password', { email: '<script>@' });
  expect(wrong.status).toBe(422);
  expect(wrong.text).not.toContain('script>@');
});

test('who asks too often is told when to come back', async () => {
  await using app = await createAppWithAda();
  for (let time = 0; time < 3; time += 1) {
    await post(app.client(), '/forgot-password', { email: ADDRESS });
  }

  const { status, headers } = await post(app.client(), '/forgot-password', { email: ADDRESS });

  expect(status).toBe(429);
  expect(headers.get('retry-after')).toBe('600');
});

test('where nobody carries mails, the page says so', async () => {
  await using app = await createAppWithAda({ mailTransport: null });

  const response = await app.client().request('/forgot-password');

  expect(response.status).toBe(503);
  expect(await response.text()).toContain('This server sends no mail.');
});

test.each(paths)(
  '[C4] %s has the headers of every answer, and a policy without scripts',
  async (path) => {
    await using app = await createAppWithAda({
      config: { isProduction: true, publicUrl: new URL('https://notes.example') },
    });

    const { headers } = await app.client().request(`${path}?token=x`);

    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/u,
      ),
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.any(String),
      'x-content-type-options': 'nosniff',
    });
    expect(headers.get('set-cookie')).toBeNull();
  },
);

test('[G1] no token stands in a page or in the log', async () => {
  await using app = await createAppWithAda();
  const page = await resetPageOf(app);
  const token = page.split('=')[1] ?? '';

  const shown = await (await app.client().request(page)).text();
  const refused = await post(app.client(), page, { newPassword: 'x', repeated: 'x' });

  expect(token).toHaveLength(43);
  const told = JSON.stringify([shown, refused.text, app.logged, app.answered]);
  expect(told).not.toContain(token);
});

test.each([
  ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['an origin that is hidden', { origin: 'null' }],
  [
    'another origin of the site',
    { origin: 'http://other.localhost:4000', 'sec-fetch-site': 'same-site' },
  ],
  ['a listed client', { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }],
])('[C2] [G1] the form of %s is refused', async (_what, headers) => {
  await using app = await createAppWithAda({ config: { clientOrigins: ['https://app.example'] } });
  const page = await resetPageOf(app);

  for (const path of [page, ...paths]) {
    const { status } = await post(
      app.client(),
      path,
      { newPassword: NEW, repeated: NEW, email: ADDRESS },
      {
        ...formHeaders,
        ...headers,
        ...('sec-fetch-site' in headers ? {} : { 'sec-fetch-site': 'none' }),
      },
    );
    expect(status).toBe(403);
  }
  expect(await app.orm.em.fork().count(MailToken)).toBe(1);
});

test('[C2] the exception for forms is none for operations', async () => {
  await using app = await createAppWithAda();

  const { status } = await app.client().post(
    { query: '{ viewer { username } }' },
    {
      origin: 'null',
      'sec-fetch-site': 'same-origin',
    },
  );

  expect(status).toBe(403);
});

test.each(paths)('[C1] %s takes a form, and nothing else', async (path) => {
  await using app = await createAppWithAda();
  const client = app.client();

  const put = await client.request(path, { method: 'PUT' });
  expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  const json = { 'content-type': 'application/json' };
  expect((await post(client, path, {}, json)).status).toBe(415);
  expect((await post(client, path, { email: 'x'.repeat(20_000) })).status).toBe(413);
  expect((await client.request(`${path}/`)).status).toBe(404);
});

test('[A6] the page of a reset takes no notice of who is logged in', async () => {
  await using app = await createAppWithAda();
  const eve = await app.as(await app.createUser('eve'));
  const page = await resetPageOf(app);

  await post(eve, page, { newPassword: NEW, repeated: NEW });

  expect(await viewerOf(eve)).toBe('eve');
});

test('[E6] a page whose storage fails says so without its cause', async () => {
  await using app = await createAppWithAda();
  const page = await resetPageOf(app);
  await app.orm.em.getConnection().execute('drop table mail_token');

  const response = await app.client().request(page);

  expect(response.status).toBe(500);
  expect(response.headers.get('content-type')).toContain('text/html');
  const text = await response.text();
  expect(text).toContain(response.headers.get('x-request-id'));
  expect(text).not.toContain('mail_token');
  expect(app.complaints()).toMatchObject([{ event: 'request_failed' }]);
});

test('[G3] links are built from PUBLIC_URL alone, whatever the headers of a request say', async () => {
  await using app = await createAppWithAda({
    config: { publicUrl: new URL('https://notes.example') },
  });
  const client = app.client();
  client.headers['host'] = 'evil.example';
  client.headers['x-forwarded-host'] = 'evil.example';
  client.headers['x-forwarded-proto'] = 'http';
  client.headers['forwarded'] = 'host=evil.example';

  await requestPasswordReset(client, ADDRESS);

  const mail = await app.outbox.last();
  expect(mail?.link).toMatch(/^https:\/\/notes\.example\/reset-password\?token=[\w-]{43}$/u);
  expect(JSON.stringify(mail)).not.toContain('evil');
});

test('[G3] links lead to the pages of a client where they are set', async () => {
  await using app = await createTestApp();
  await using withClient = await createAppWithAda({
    config: {
      mail: {
        ...app.config.mail,
        passwordResetUrl: 'https://app.example/reset#{token}',
        emailVerificationUrl: 'https://app.example/confirm?token={token}&x=1',
      },
    },
  });
  await requestPasswordReset(withClient.client(), ADDRESS);
  expect((await withClient.outbox.last())?.link).toMatch(
    /^https:\/\/app\.example\/reset#[\w-]{43}$/u,
  );

  const eve = await withClient.createUser('eve', { pendingEmail: 'eve@example.com' });
  await resendEmailVerification(await withClient.as(eve), 'eve@example.com');
  expect((await withClient.outbox.last())?.link).toMatch(
    /^https:\/\/app\.example\/confirm\?token=[\w-]{43}&x=1$/u,
  );
});
