import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';

import { checkMail } from '../../src/cli/doctor/mail.ts';
import { loadConfig } from '../../src/config.ts';
import { OutboxMail } from '../../src/mail/outbox-mail.ts';
import { User } from '../../src/users/user.ts';
import { createOperator, type Operator } from '../support/operator.ts';
import { startSmtpServer } from '../support/smtp.ts';

const id = uuidv7();

async function createOperatorWithMail({ failed }: { failed: boolean }): Promise<Operator> {
  const operator = await createOperator();
  await operator.withRows(async (em) => {
    const now = new Date();
    em.create(OutboxMail, {
      id,
      kind: 'PASSWORD_CHANGED',
      recipient: 'ada@example.com',
      userId: null,
      data: { username: 'ada', time: now.toISOString(), device: null, ipAddress: null },
      createdAt: now,
      dueAt: now,
      attempts: 3,
      failedAt: failed ? now : null,
      lastError: failed ? 'EENVELOPE 550' : null,
    });
    await em.flush();
  });

  return operator;
}

test('mail list shows what waits and what was given up, and hides to whom it goes', async () => {
  await using operator = await createOperatorWithMail({ failed: true });

  const { code, stdout } = await operator.jotter(['mail', 'list']);
  const json = await operator.jotter(['mail', 'list', '--json']);

  expect(code).toBe(0);
  expect(stdout).toMatch(/failed .* 3 .* PASSWORD_CHANGED .* EENVELOPE 550 .* a…@example\.com/u);
  expect(JSON.parse(json.stdout)).toMatchObject([
    { id, state: 'failed', attempts: 3, lastError: 'EENVELOPE 550', recipient: 'a…@example.com' },
  ]);
});

test('an empty outbox is said to be empty', async () => {
  await using operator = await createOperator();

  expect((await operator.jotter(['mail', 'list'])).stdout).toBe('The outbox is empty.\n');
});

test.each([[[id]], [['--all']]])(
  'mail retry %j has a running server send a mail that was given up',
  async (args) => {
    await using operator = await createOperatorWithMail({ failed: true });
    await operator.startServer();

    const { code, stdout } = await operator.jotter(['mail', 'retry', ...args]);

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '1 mail will be sent again by the running server.\n',
    });
    await expect
      .poll(async () => (await operator.jotter(['mail', 'list'])).stdout, { timeout: 15_000 })
      .toBe('The outbox is empty.\n');
  },
);

test('mail retry leaves alone what waits, and says so', async () => {
  await using operator = await createOperatorWithMail({ failed: false });

  const { code, stderr } = await operator.jotter(['mail', 'retry', id]);
  const all = await operator.jotter(['mail', 'retry', '--all']);

  expect(code).toBe(1);
  expect(stderr).toContain('npx jotter mail list');
  expect(all.stdout).toBe('0 mails will be sent again by the running server.\n');
  expect((await operator.jotter(['mail', 'retry'])).code).toBe(2);
  expect((await operator.jotter(['mail', 'retry', 'nonsense'])).code).toBe(1);
});

test('an operator who sets a password has its owner told', async () => {
  await using operator = await createOperator();
  await operator.createUser('ada');
  await operator.withRows(async (em) =>
    em.nativeUpdate(
      User,
      { usernameKey: 'ada' },
      { email: 'ada@example.com', emailKey: 'ada@example.com' },
    ),
  );

  await operator.jotter(['user', 'reset-password', 'ada'], {
    stdin: 'nine grey owls in the rain\n',
  });

  const rows = await operator.withRows(async (em) => em.findAll(OutboxMail));
  expect(rows).toMatchObject([
    { kind: 'PASSWORD_CHANGED', recipient: 'ada@example.com', data: { device: 'jotter-cli' } },
  ]);
});

const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://notes.example',
  SESSION_SECRETS: 'Zk3vQ9xN7cT1mB5yR8wL2pH6dF4sJ0gA',
};

async function doctorsWord(env: Record<string, string>) {
  return checkMail(loadConfig({ ...production, ...env }));
}

test('the doctor says whether mails go out, and sends none', async () => {
  await using server = await startSmtpServer({ hideSTARTTLS: true });
  const MAIL_FROM = 'jotter@notes.example';
  const url = `smtp://127.0.0.1:${server.port}`;

  expect(await doctorsWord({})).toMatchObject({ level: 'warn', about: 'mail' });
  expect(await doctorsWord({ MAIL_FROM, SMTP_URL: `${url}?tls=none` })).toMatchObject({
    level: 'ok',
    message: `127.0.0.1:${server.port} takes mails.`,
  });
  expect(await doctorsWord({ MAIL_FROM, SMTP_URL: url })).toMatchObject({
    level: 'fail',
    message: expect.stringContaining('ESOCKET'),
  });
  expect(server.received).toEqual([]);
});
