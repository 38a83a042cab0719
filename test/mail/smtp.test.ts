import { once } from 'node:events';
/** Mails by SMTP: what a real server gets, and what becomes of its faults. */
import { createServer } from 'node:net';

import type { ParsedMail } from 'mailparser';
import { expect, test } from 'vitest';

import { OutboxMail } from '../../src/mail/outbox-mail.ts';
import { createSmtpTransport } from '../../src/mail/smtp-transport.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { HOUR, MINUTE } from '../support/clock.ts';
import { requestPasswordReset, resetPassword } from '../support/mail.ts';
import { smtpError, startSmtpServer, type TestSmtpServer } from '../support/smtp.ts';

const ADDRESS = 'ada@example.com';

const timeouts = { connection: 500, silence: 500, mail: 1500 };

/** @param url with the port of a server */
async function createMailingApp(
  url: string,
  tls: object = { rejectUnauthorized: false },
): Promise<TestApp> {
  const transport = createSmtpTransport({
    url: new URL(url),
    from: '"Our, notes" <jotter@notes.example>',
    tls,
    timeouts,
  });
  const app = await createTestApp({ mailTransport: transport });
  await app.createUser('ada', { email: ADDRESS });

  return app;
}

async function waitingIn({ orm }: TestApp): Promise<OutboxMail[]> {
  return orm.em.fork().findAll(OutboxMail);
}

test('a mail goes out encrypted, in plain text and in HTML, and its link works', async () => {
  await using server = await startSmtpServer();
  await using app = await createMailingApp(`smtp://127.0.0.1:${server.port}`);
  await requestPasswordReset(app.client(), ADDRESS);

  await app.outbox.all();

  const { to, mail } = onlyMailOf(server);
  expect(to).toEqual([ADDRESS]);
  expect(mail.from?.value).toEqual([{ name: 'Our, notes', address: 'jotter@notes.example' }]);
  expect(mail.subject).toBe('Choose a new password for Jotter');
  expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  const link = linkIn(mail);
  expect(mail.html).toContain(`href="${link}"`);
  const token = tokenOf(link);
  const { data } = await resetPassword(app.client(), token, 'nine grey owls in the rain');
  expect(data.resetPassword.__typename).toBe('ResetPasswordSuccess');
  expect(app.logged).toContainEqual(
    expect.objectContaining({ event: 'mail_sent', kind: 'PASSWORD_RESET', attempts: 1 }),
  );
});

test('the user name and the password of the URL are shown to the server, and to nobody else', async () => {
  const shown: unknown[] = [];
  await using server = await startSmtpServer({
    authOptional: false,
    onAuth: ({ username, password }, _session, callback) => {
      shown.push({ username, password });
      callback(null, { user: 'jotter' });
    },
  });
  await using app = await createMailingApp(`smtp://jo%40tter:s%3Acret@127.0.0.1:${server.port}`);
  await requestPasswordReset(app.client(), ADDRESS);

  await app.outbox.all();

  expect(shown).toEqual([{ username: 'jo@tter', password: 's:cret' }]);
  expect(server.received).toHaveLength(1);
  expect(JSON.stringify(app.logged)).not.toContain('cret');
});

test('a server with TLS from the start is spoken to so', async () => {
  await using server = await startSmtpServer({ secure: true });
  await using app = await createMailingApp(`smtps://127.0.0.1:${server.port}`);
  await requestPasswordReset(app.client(), ADDRESS);

  await app.outbox.all();

  expect(server.received).toHaveLength(1);
});

test('[G2] nothing is sent in the clear, unless the URL says so', async () => {
  await using server = await startSmtpServer({
    hideSTARTTLS: true,
    disabledCommands: ['STARTTLS'],
  });
  await using app = await createMailingApp(`smtp://127.0.0.1:${server.port}`);
  await requestPasswordReset(app.client(), ADDRESS);
  await app.outbox.all();
  expect(server.received).toEqual([]);
  expect(await waitingIn(app)).toMatchObject([{ lastError: expect.stringContaining('ETLS') }]);

  await using plain = await createMailingApp(`smtp://127.0.0.1:${server.port}?tls=none`);
  await requestPasswordReset(plain.client(), ADDRESS);
  await plain.outbox.all();
  expect(server.received).toHaveLength(1);
});

test('a server whose certificate is not trusted gets nothing', async () => {
  await using server = await startSmtpServer();
  await using app = await createMailingApp(`smtp://127.0.0.1:${server.port}`, {});
  await requestPasswordReset(app.client(), ADDRESS);

  await app.outbox.all();

  expect(server.received).toEqual([]);
  expect(await waitingIn(app)).toMatchObject([{ attempts: 1, failedAt: null }]);
});

test('a mail waits for a server that is down, and goes out when it is up', async () => {
  const port = await freePort();
  await using app = await createMailingApp(`smtp://127.0.0.1:${port}`);
  const { data } = await requestPasswordReset(app.client(), ADDRESS);
  expect(data.requestPasswordReset.__typename).toBe('RequestPasswordResetSuccess');
  await app.outbox.all();
  expect(await waitingIn(app)).toMatchObject([{ attempts: 1, lastError: 'ESOCKET' }]);
  expect(app.complaints()).toMatchObject([
    { event: 'mail_postponed', kind: 'PASSWORD_RESET', attempts: 1, code: 'ESOCKET' },
  ]);

  // Not before its time.
  await app.outbox.all();
  expect(await waitingIn(app)).toMatchObject([{ attempts: 1 }]);
  await using server = await startSmtpServer({}, port);
  app.clock.advance(MINUTE);
  await app.outbox.all();

  expect(server.received).toHaveLength(1);
  expect(await waitingIn(app)).toEqual([]);
});

test.each([
  ['that says it is busy', 451],
  ['that is confused', 503],
])('a server %s is asked again', async (_what, code) => {
  let isBusy = true;
  await using server = await startSmtpServer({ onMail: () => (isBusy ? smtpError(code) : null) });
  await using app = await createMailingApp(`smtp://127.0.0.1:${server.port}`);
  await requestPasswordReset(app.client(), ADDRESS);
  await app.outbox.all();
  expect(await waitingIn(app)).toMatchObject([
    { attempts: 1, failedAt: null, lastError: expect.stringContaining(String(code)) },
  ]);

  isBusy = false;
  app.clock.advance(MINUTE);
  await app.outbox.all();

  expect(server.received).toHaveLength(1);
});

test('a mail that is refused for good is given up at once, and the log does not tell to whom it was', async () => {
  await using server = await startSmtpServer({
    onRcptTo: (_address, _session, callback) => callback(smtpError(550)),
  });
  await using app = await createMailingApp(`smtp://127.0.0.1:${server.port}`);
  await requestPasswordReset(app.client(), ADDRESS);

  await app.outbox.all();

  expect(await waitingIn(app)).toMatchObject([
    { attempts: 1, failedAt: expect.any(Date), lastError: 'EENVELOPE 550' },
  ]);
  expect(app.complaints()).toMatchObject([{ event: 'mail_failed', code: 'EENVELOPE 550' }]);
  expect(JSON.stringify(app.logged)).not.toContain('example.com');
  app.clock.advance(24 * HOUR);
  await app.outbox.all();
  expect(server.connections).toBe(1);
});

test('a wrong password for the server gives no mail up: somebody will mend it', async () => {
  await using server = await startSmtpServer({
    authOptional: false,
    onAuth: (_auth, _session, callback) => callback(smtpError(535)),
  });
  await using app = await createMailingApp(`smtp://jotter:wrong@127.0.0.1:${server.port}`);
  await requestPasswordReset(app.client(), ADDRESS);

  await app.outbox.all();

  expect(await waitingIn(app)).toMatchObject([{ failedAt: null, lastError: 'EAUTH 535' }]);
});

test('a server that closes in the midst is asked again, and the newest mail has the link that works', async () => {
  let isBroken = true;
  await using server = await startSmtpServer({
    onMail: (connection) => {
      if (isBroken) {
        connection.destroy();
        return 'silence';
      }

      return null;
    },
  });
  await using app = await createMailingApp(`smtp://127.0.0.1:${server.port}`);
  await requestPasswordReset(app.client(), ADDRESS);
  await app.outbox.all();
  expect(await waitingIn(app)).toMatchObject([{ attempts: 1, failedAt: null }]);

  isBroken = false;
  app.clock.advance(MINUTE);
  await app.outbox.all();

  const token = tokenOf(linkIn(onlyMailOf(server).mail));
  const { data } = await resetPassword(app.client(), token, 'nine grey owls in the rain');
  expect(data.resetPassword.__typename).toBe('ResetPasswordSuccess');
});

test('a server that never answers is left after a while', async () => {
  await using server = await startSmtpServer({ onMail: () => 'silence' });
  await using app = await createMailingApp(`smtp://127.0.0.1:${server.port}`);
  await requestPasswordReset(app.client(), ADDRESS);

  await app.outbox.all();

  expect(await waitingIn(app)).toMatchObject([{ attempts: 1, lastError: 'ETIMEDOUT' }]);
});

test('a server that does not even greet is left after a while', async () => {
  await using silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await using app = await createMailingApp(`smtp://127.0.0.1:${port}`);
  await requestPasswordReset(app.client(), ADDRESS);

  await app.outbox.all();

  expect(await waitingIn(app)).toMatchObject([{ attempts: 1, lastError: 'ETIMEDOUT' }]);
});

test('[G3] what looks like headers in the name of the product stays in the text', async () => {
  await using server = await startSmtpServer();
  const transport = createSmtpTransport({
    url: new URL(`smtp://127.0.0.1:${server.port}`),
    from: 'jotter@notes.example',
    tls: { rejectUnauthorized: false },
    timeouts,
  });

  await transport.send({
    to: ADDRESS,
    subject: 'Hello\r\nBcc: eve@evil.example\r\n\r\nText',
    text: 'Text',
    html: '<p>Text</p>',
    link: null,
  });

  const { to, mail } = onlyMailOf(server);
  expect(to).toEqual([ADDRESS]);
  expect(mail.bcc).toBeUndefined();
  expect(mail.text?.trim()).toBe('Text');
});

function onlyMailOf({ received }: TestSmtpServer) {
  const [only, ...others] = received;
  if (!only || others.length > 0) {
    throw new Error(`One mail should have arrived, and ${received.length} have.`);
  }

  return only;
}

function linkIn({ text }: ParsedMail): string {
  return /http:\/\/localhost:4000\/reset-password\?token=[\w-]+/u.exec(text ?? '')?.[0] ?? '';
}

function tokenOf(link: string): string {
  return new URL(link).searchParams.get('token') ?? '';
}

async function freePort(): Promise<number> {
  await using server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();

  return typeof address === 'object' && address ? address.port : 0;
}
