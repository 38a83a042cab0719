/** Mails of a server that is a process of its own: with and without a server of mails, and killed in between. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { openDatabase } from '../../src/database/open-database.ts';
import { entities } from '../../src/entities.ts';
import { OutboxMail } from '../../src/mail/outbox-mail.ts';
import { databaseUrlIn, isOnPostgres } from '../support/database.ts';
import { createFolder } from '../support/folder.ts';
import { register } from '../support/login.ts';
import { startServer } from '../support/server.ts';
import { startSmtpServer } from '../support/smtp.ts';

const ADDRESS = 'ada@example.com';
const MAIL_FROM = 'Jotter <jotter@notes.example>';

const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://notes.example',
  SESSION_SECRETS: 'Zk3vQ9xN7cT1mB5yR8wL2pH6dF4sJ0gA',
};

test('in development a mail is a file that its reader can open, and the log has the link', async () => {
  await using folder = await createFolder();
  await using server = await startServer(
    { PUBLIC_URL: 'http://localhost:4000' },
    { directory: folder.path },
  );

  await register(server.client(), { username: 'ada', email: ADDRESS });

  const { msg } = await server.untilLogged('mail_kept');
  const mails = join(folder.path, isOnPostgres() ? 'data/mail' : 'mail');
  const [html = '', text = ''] = (await readdir(mails)).toSorted();
  expect((await stat(mails)).mode & 0o777).toBe(0o700);
  expect((await stat(join(mails, text))).mode & 0o777).toBe(0o600);
  const content = await readFile(join(mails, text), 'utf8');
  expect(content).toMatch(
    /^From: Jotter <jotter@localhost>\nTo: ada@example\.com\nDate: .*\nSubject: Confirm/u,
  );
  const [link = 'none'] =
    /http:\/\/localhost:4000\/verify-email\?token=[\w-]{43}/u.exec(content) ?? [];
  expect(await readFile(join(mails, html), 'utf8')).toContain(link);
  expect(msg).toContain(`mail/${text}`);
  expect(msg).toContain(link);
});

test('production without a server of mails says so at its start, and refuses what needs one', async () => {
  await using folder = await createFolder();
  await using server = await startServer(production, { directory: folder.path });

  const { msg } = await server.untilLogged('mail_unavailable');
  expect(msg).toContain('SMTP_URL');
  const { errors } = await register(server.client(), { username: 'ada', email: ADDRESS });
  expect(errors[0]?.extensions['code']).toBe('MAIL_UNAVAILABLE');
  expect(await readdir(folder.path)).not.toContain('mail');
});

test('[H2] production sends mails at once, and its log has neither token nor address', async () => {
  await using smtp = await startSmtpServer({ hideSTARTTLS: true });
  const SMTP_URL = `smtp://127.0.0.1:${smtp.port}?tls=none`;
  await using server = await startServer({ ...production, SMTP_URL, MAIL_FROM });

  await register(server.client(), { username: 'ada', email: ADDRESS });
  await server.untilLogged('mail_sent');

  const token = /token=([\w-]{43})/u.exec(smtp.received[0]?.mail.text ?? '')?.[1] ?? 'none';
  const log = JSON.stringify([server.logged, server.printed]);
  expect(log).not.toContain(token);
  expect(log).not.toContain('example.com');
});

test('[G2] a server that is killed before it could send a mail sends it after the next start', async () => {
  await using folder = await createFolder();
  const directory = folder.path;
  const smtp = await startSmtpServer({ hideSTARTTLS: true });
  const env = { ...production, SMTP_URL: `smtp://127.0.0.1:${smtp.port}?tls=none`, MAIL_FROM };
  await smtp[Symbol.asyncDispose]();
  await using first = await startServer(env, { directory });
  await register(first.client(), { username: 'ada', email: ADDRESS });
  await first.untilLogged('mail_postponed');
  await first.stop('SIGKILL');

  await using up = await startSmtpServer({ hideSTARTTLS: true }, smtp.port);
  await passTime(directory);
  await using second = await startServer(env, { directory });
  await second.untilLogged('mail_sent');

  expect(up.received.map(({ to }) => to)).toEqual([[ADDRESS]]);
});

test('[H1] a server that stops does not wait for a server of mails that hangs', async () => {
  await using smtp = await startSmtpServer({ hideSTARTTLS: true, onMail: () => 'silence' });
  const SMTP_URL = `smtp://127.0.0.1:${smtp.port}?tls=none`;
  await using server = await startServer({ ...production, SMTP_URL, MAIL_FROM });
  await register(server.client(), { username: 'ada', email: ADDRESS });
  await expect.poll(() => smtp.connections).toBe(1);

  const started = performance.now();

  expect(await server.stop()).toBe(0);
  expect(performance.now() - started).toBeLessThan(5000);
});

/** As if the pause before the next attempt were over. */
async function passTime(directory: string): Promise<void> {
  const inDirectory = await databaseUrlIn(directory);
  const databaseUrl = inDirectory.replace('sqlite:', `sqlite:${directory}/`);
  const orm = await openDatabase({ databaseUrl, entities });
  await orm.em.fork().nativeUpdate(OutboxMail, { failedAt: null }, { dueAt: new Date() });
  await orm.close();
}
