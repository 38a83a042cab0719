/** What is in the outbox is sent at least once, by one process at a time, and given up in the end. */
import { expect, test } from 'vitest';

import { createMailComposer } from '../../src/auth/compose-mail.ts';
import { sweep } from '../../src/housekeeping.ts';
import { MailError } from '../../src/mail/mail-error.ts';
import type { MailTransport, RenderedMail } from '../../src/mail/mail-transport.ts';
import { createMailWorker, type MailWorker } from '../../src/mail/mail-worker.ts';
import { OutboxMail } from '../../src/mail/outbox-mail.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/clock.ts';
import { register } from '../support/login.ts';
import { requestPasswordReset } from '../support/mail.ts';

const ADDRESS = 'ada@example.com';

interface Mailbox extends MailTransport {
  readonly sent: RenderedMail[];
}

function createMailbox(send: (mail: RenderedMail) => Promise<void> | void = () => {}): Mailbox {
  const sent: RenderedMail[] = [];

  return {
    sent,
    send: async (mail) => {
      await send(mail);
      sent.push(mail);
    },
    close: () => {},
  };
}

/** Another process on the same database. */
function workerOf({ config, orm, clock, log }: TestApp, transport: MailTransport): MailWorker {
  const { mail: settings, publicUrl } = config;
  const compose = createMailComposer({ orm, clock, settings, publicUrl });

  return createMailWorker({ orm, clock, log, transport, compose, random: () => 0.5 });
}

async function createAppWithMail(): Promise<TestApp> {
  const app = await createTestApp();
  await app.createUser('ada', { email: ADDRESS });
  await requestPasswordReset(app.client(), ADDRESS);

  return app;
}

async function rowsOf({ orm }: TestApp): Promise<OutboxMail[]> {
  return orm.em.fork().findAll(OutboxMail);
}

test('[G2] a mail is a row until it is sent, and the row has no token', async () => {
  await using app = await createAppWithMail();
  const [row] = await rowsOf(app);
  expect(row).toMatchObject({ kind: 'PASSWORD_RESET', attempts: 0, data: {}, userId: null });

  await app.outbox.lastToken();

  expect(await rowsOf(app)).toEqual([]);
});

test('a mail is written in the transaction that causes it', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');

  const { data } = await register(app.client(), { username: 'ada', email: ADDRESS });

  expect(data.register.code).toBe('USERNAME_TAKEN');
  expect(await rowsOf(app)).toEqual([]);
  expect(await app.orm.em.fork().count(User)).toBe(1);
});

test('a process that dies while it sends loses nothing: another one sends the mail later', async () => {
  await using app = await createAppWithMail();
  const never = Promise.withResolvers<void>();
  const dying = workerOf(
    app,
    createMailbox(async () => never.promise),
  );
  void dying.sendDue();
  await expect.poll(async () => (await rowsOf(app))[0]?.attempts).toBe(1);

  const mailbox = createMailbox();
  const other = workerOf(app, mailbox);
  await other.sendDue();
  expect(mailbox.sent).toEqual([]);
  app.clock.advance(3 * MINUTE);
  await other.sendDue();

  expect(mailbox.sent).toHaveLength(1);
  expect(await rowsOf(app)).toEqual([]);
  // What the first one does now changes nothing.
  never.resolve();
});

test('of two processes at the same moment, one sends each mail', async () => {
  await using app = await createTestApp();
  for (let number = 0; number < 20; number += 1) {
    await app.createUser(`user${number}`, { email: `user${number}@example.com` });
    await requestPasswordReset(app.client(), `user${number}@example.com`);
  }
  const mailbox = createMailbox();

  await Promise.all([0, 1, 2].map(async () => workerOf(app, mailbox).sendDue()));

  expect(mailbox.sent).toHaveLength(20);
  expect(new Set(mailbox.sent.map(({ to }) => to)).size).toBe(20);
});

test('the pauses between attempts grow to an hour, and the twelfth failure is the last', async () => {
  await using app = await createAppWithMail();
  const worker = workerOf(
    app,
    createMailbox(() => {
      throw new MailError('ECONNECTION', false);
    }),
  );
  const pauses: number[] = [];

  for (let attempt = 1; attempt <= 12; attempt += 1) {
    await worker.sendDue();
    const [row] = await rowsOf(app);
    const pause = (row?.dueAt.getTime() ?? 0) - app.clock().getTime();
    expect(row).toMatchObject({ attempts: attempt, lastError: 'ECONNECTION' });
    if (attempt < 12) {
      pauses.push(pause / SECOND);
      app.clock.advance(pause);
    }
  }

  expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]);
  expect(await rowsOf(app)).toMatchObject([{ failedAt: app.clock() }]);
  expect(app.complaints().map(({ event }) => event)).toEqual([
    ...Array.from({ length: 11 }, () => 'mail_postponed'),
    'mail_failed',
  ]);
});

test('a mail that cannot be composed is kept, and its cause is in the log', async () => {
  await using app = await createAppWithMail();
  const em = app.orm.em.fork();
  await em.nativeUpdate(OutboxMail, { kind: 'PASSWORD_RESET' }, { kind: 'FROM_ANOTHER_VERSION' });

  await app.outbox.all();

  expect(await rowsOf(app)).toMatchObject([{ attempts: 1, lastError: 'INTERNAL_ERROR' }]);
  expect(app.complaints()).toMatchObject([
    { event: 'mail_postponed', err: { message: expect.stringContaining('FROM_ANOTHER_VERSION') } },
  ]);
});

test('one mail that fails keeps no other from being sent', async () => {
  await using app = await createAppWithMail();
  const mailbox = createMailbox(({ to }) => {
    if (to === ADDRESS) {
      throw new MailError('EENVELOPE 550', true);
    }
  });
  await app.createUser('eve', { email: 'eve@example.com' });
  app.clock.advance(SECOND);
  await requestPasswordReset(app.client(), 'eve@example.com');

  await workerOf(app, mailbox).sendDue();

  expect(mailbox.sent.map(({ to }) => to)).toEqual(['eve@example.com']);
  expect(await rowsOf(app)).toMatchObject([{ recipient: ADDRESS, failedAt: expect.any(Date) }]);
});

test('an outbox that cannot be read is told once, and is read again when it can be', async () => {
  await using app = await createAppWithMail();
  const connection = app.orm.em.getConnection();
  await connection.execute('alter table outbox_mail rename to elsewhere');
  await app.outbox.all();
  await app.outbox.all();
  expect(app.complaints()).toMatchObject([{ event: 'outbox_unavailable' }]);

  await connection.execute('alter table elsewhere rename to outbox_mail');

  expect(await app.outbox.all()).toHaveLength(1);
});

test('a worker sends what was put in as soon as it is woken, and when it starts', async () => {
  await using app = await createAppWithMail();
  const mailbox = createMailbox();
  const worker = workerOf(app, mailbox);

  const stop = worker.start();
  await expect.poll(() => mailbox.sent.length).toBe(1);
  await requestPasswordReset(app.client(), ADDRESS);
  worker.wake();
  await expect.poll(() => mailbox.sent.length).toBe(2);

  await stop();
  await requestPasswordReset(app.client(), ADDRESS);
  worker.wake();
  expect(await rowsOf(app)).toHaveLength(1);
});

test('[H1] a worker that stops breaks off what takes too long, and the mail is sent later', async () => {
  await using app = await createAppWithMail();
  const closing = Promise.withResolvers<void>();
  const mailbox = {
    ...createMailbox(async () => {
      await closing.promise;
      throw new MailError('EABORT', false);
    }),
    close: () => closing.resolve(),
  };
  const stop = workerOf(app, mailbox).start();
  await expect.poll(async () => (await rowsOf(app))[0]?.attempts).toBe(1);

  const started = performance.now();
  await stop();

  expect(performance.now() - started).toBeLessThan(3000);
  expect(await rowsOf(app)).toMatchObject([{ failedAt: null, lastError: 'EABORT' }]);
  app.clock.advance(MINUTE);
  expect(await app.outbox.all()).toHaveLength(1);
});

test('housekeeping forgets mails that were given up a month ago, and no others', async () => {
  await using app = await createAppWithMail();
  const options = { orm: app.orm, clock: app.clock, lifetimes: app.config.session, log: app.log };
  app.clock.advance(40 * DAY);
  await sweep(options);
  expect(await rowsOf(app)).toHaveLength(1);

  await app.orm.em.fork().nativeUpdate(OutboxMail, { attempts: 0 }, { failedAt: app.clock() });
  app.clock.advance(30 * DAY);
  await sweep(options);
  expect(await rowsOf(app)).toHaveLength(1);
  app.clock.advance(HOUR);
  await sweep(options);
  expect(await rowsOf(app)).toEqual([]);
});
