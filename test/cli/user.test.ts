import { describe, expect, test } from 'vitest';

import { SecurityEvent } from '../../src/auth/security-event.ts';
import { OutboxMail } from '../../src/mail/outbox-mail.ts';
import { User } from '../../src/users/user.ts';
import { PASSWORD } from '../support/app.ts';
import { createOperator, type Operator } from '../support/operator.ts';

async function createUser(operator: Operator, username: string, ...options: string[]) {
  return operator.jotter(['user', 'create', username, ...options], { stdin: `${PASSWORD}\n` });
}

describe.concurrent('user create', { timeout: 120_000 }, () => {
  test('makes an account with the password of standard input, and keeps the event', async () => {
    await using operator = await createOperator();
    const { code, stdout, stderr } = await createUser(operator, 'Ada', '--display-name', 'Ada L.');

    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'Ada can log in.\n', stderr: '' });
    await operator.withRows(async (em) => {
      const user = await em.findOneOrFail(
        User,
        { usernameKey: 'ada' },
        { populate: ['passwordHash'] },
      );
      expect(user).toMatchObject({ username: 'Ada', displayName: 'Ada L.' });
      expect(user.passwordHash).toMatch(/^\$argon2id\$/u);
      expect(await em.findAll(SecurityEvent)).toMatchObject([
        { type: 'REGISTERED', user: { id: user.id }, ipAddress: null, userAgent: 'jotter-cli' },
      ]);
    });
  });

  test('puts a mail into the outbox for the server to send, and the address waits', async () => {
    await using operator = await createOperator();
    const { code, stdout } = await createUser(operator, 'ada', '--email', 'ada@example.com');

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'ada can log in. The server sends a mail to ada@example.com.\n',
    });
    await operator.withRows(async (em) => {
      const { id, email, pendingEmail } = await em.findOneOrFail(User, { usernameKey: 'ada' });
      expect({ email, pendingEmail }).toEqual({ email: null, pendingEmail: 'ada@example.com' });
      expect(await em.findAll(OutboxMail)).toMatchObject([
        {
          kind: 'EMAIL_VERIFICATION',
          recipient: 'ada@example.com',
          userId: id,
          attempts: 0,
          failedAt: null,
        },
      ]);
    });
  });

  test.each([
    ['an address that is none', ['--email', 'ada'], {}, /address/u],
    [
      'an address where nobody sends mails',
      ['--email', 'ada@example.com'],
      {
        NODE_ENV: 'production',
        PUBLIC_URL: 'https://notes.example.com',
        SESSION_SECRETS: 'Zk3vQ9xN7cT1mB5yR8wL2pH6dF4sJ0gA',
      },
      /^Nobody sends mails\. Set SMTP_URL, or leave --email out\.$/mu,
    ],
  ])('%s is refused with 1, and there is no account', async (_what, options, env, sentence) => {
    await using operator = await createOperator();
    const { code, stdout, stderr } = await operator.jotter(['user', 'create', 'ada', ...options], {
      stdin: `${PASSWORD}\n`,
      env,
    });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(await operator.withRows(async (em) => em.count(User))).toBe(0);
  });

  test.each([
    ['a name that is not allowed', 'a b', PASSWORD, /^A user name has 3 to 32 characters/u],
    ['[B2] a common password', 'ada', 'password123', /^This password is among those/u],
  ])('%s is refused with 1 and a plain sentence', async (_what, username, stdin, sentence) => {
    await using operator = await createOperator();
    const { code, stdout, stderr } = await operator.jotter(['user', 'create', username], { stdin });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(await operator.withRows(async (em) => em.count(User))).toBe(0);
  });

  test('[B4] a name that is taken in other letter cases is refused', async () => {
    await using operator = await createOperator();
    await operator.createUser('ada');
    const { code, stderr } = await createUser(operator, 'ADA');

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'This user name is taken. Choose another one.\n',
    });
  });
});

describe.concurrent('user list', { timeout: 120_000 }, () => {
  test('lists who there is, in the order of names, as a table and as JSON', async () => {
    await using operator = await createOperator();
    await operator.createUser('Grace');
    await createUser(operator, 'ada', '--display-name', 'Ärda\u001b[31m \u202eLovelace');
    await operator.jotter(['user', 'disable', 'grace']);

    const table = await operator.jotter(['user', 'list']);
    expect(table.stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/gu, '2026-11-23 12:34')).toBe(
      [
        'USER NAME  STATE     CREATED (UTC)     DISPLAY NAME',
        'ada        active    2026-11-23 12:34  Ärda\\u001b[31m \\u202eLovelace',
        'Grace      disabled  2026-11-23 12:34\n',
      ].join('\n'),
    );

    const json = await operator.jotter(['user', 'list', '--json']);
    expect(JSON.parse(json.stdout)).toEqual([
      {
        id: expect.stringMatching(/^[\da-f-]{36}$/u),
        username: 'ada',
        displayName: 'Ärda\u001b[31m \u202eLovelace',
        createdAt: expect.stringMatching(/Z$/u),
        disabledAt: null,
      },
      expect.objectContaining({ username: 'Grace', disabledAt: expect.stringMatching(/Z$/u) }),
    ]);
    expect(json.stdout).toContain('\\u001b[31m \\u202eLovelace');
    expect(json.stdout).not.toContain('argon2');

    const found = await operator.jotter(['user', 'list', '--json', '--search', 'äRD']);
    expect(JSON.parse(found.stdout)).toMatchObject([{ username: 'ada' }]);
    expect((await operator.jotter(['user', 'list', '--search', '%'])).stdout).toBe(
      'There are no such users.\n',
    );
  });
});
