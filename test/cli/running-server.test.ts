/** Commands beside a running server: what they change holds at its next request. */
import { describe, expect, test } from 'vitest';

import { AccessToken } from '../../src/auth/access-token.ts';
import { SecurityEvent } from '../../src/auth/security-event.ts';
import { Session } from '../../src/session/session.ts';
import { PASSWORD } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { createOperator, type Operator } from '../support/operator.ts';

const newPassword = 'a swim in the cold lake';

const login = `mutation ($username: String!, $password: String!) {
  login(input: { username: $username, password: $password }) { __typename }
}`;

async function logIn(client: TestClient, username: string, password = PASSWORD): Promise<string> {
  const { data } = await client.query(login, { username, password });

  return data.login.__typename;
}

async function whoIs(client: TestClient): Promise<string | null> {
  return (await client.query('{ viewer { username } }')).data?.viewer?.username ?? null;
}

/** A server with two users, of whom each is logged in. */
async function startServer(operator: Operator) {
  for (const username of ['ada', 'grace']) {
    await operator.createUser(username);
  }
  const server = await operator.startServer();
  const [ada, grace] = [server.client(), server.client()];
  await logIn(ada, 'ada');
  await logIn(grace, 'grace');
  expect([await whoIs(ada), await whoIs(grace)]).toEqual(['ada', 'grace']);

  return { server, ada, grace };
}

/** A program that shows a new access token. */
async function programOf(client: TestClient, program: TestClient): Promise<TestClient> {
  const { data } = await client.query(`mutation {
    createAccessToken(input: { name: "cron", scope: READ, expiresInDays: 1 }) {
      ... on CreateAccessTokenSuccess { token }
    }
  }`);
  program.headers['authorization'] = `Bearer ${data.createAccessToken.token}`;

  return program;
}

async function eventTypes(operator: Operator): Promise<string[]> {
  const events = await operator.withRows(async (em) =>
    em.find(SecurityEvent, { userAgent: 'jotter-cli' }, { orderBy: { id: 'asc' } }),
  );

  return events.map(({ type }) => type).filter((type) => type !== 'REGISTERED');
}

describe.concurrent('user disable and user enable', { timeout: 120_000 }, () => {
  test('[A9] a disabled user is anonymous at the next request, with cookie and with access token', async () => {
    await using operator = await createOperator();
    const { server, ada, grace } = await startServer(operator);
    const program = await programOf(ada, server.client());
    expect(await whoIs(program)).toBe('ada');

    const disabled = await operator.jotter(['user', 'disable', 'ADA']);
    expect(disabled).toEqual({
      code: 0,
      stdout: 'ada is disabled. 1 session ended.\n',
      stderr: '',
    });
    expect(await whoIs(ada)).toBeNull();
    expect((await program.query('{ viewer { username } }')).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(await logIn(server.client(), 'ada')).toBe('InvalidCredentialsError');
    expect(await whoIs(grace)).toBe('grace');

    const again = await operator.jotter(['user', 'disable', 'ada']);
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing was changed'),
    });
    expect(await eventTypes(operator)).toEqual(['ACCOUNT_DISABLED']);
  });

  test('an enabled user logs in again, and no session of before comes back', async () => {
    await using operator = await createOperator();
    const { server, ada } = await startServer(operator);
    await operator.jotter(['user', 'disable', 'ada']);

    const enabled = await operator.jotter(['user', 'enable', 'ada']);
    expect(enabled).toEqual({ code: 0, stdout: 'ada can log in again.\n', stderr: '' });
    expect(await whoIs(ada)).toBeNull();
    expect(await logIn(server.client(), 'ada')).toBe('LoginSuccess');
    expect(await eventTypes(operator)).toEqual(['ACCOUNT_DISABLED', 'ACCOUNT_ENABLED']);
  });
});

describe.concurrent('user reset-password', { timeout: 120_000 }, () => {
  test('[A9] a reset ends all sessions and access tokens of the user, and nobody else’s', async () => {
    await using operator = await createOperator();
    const { server, ada, grace } = await startServer(operator);
    const phone = server.client();
    await logIn(phone, 'ada');
    const program = await programOf(ada, server.client());
    await programOf(grace, server.client());

    const reset = await operator.jotter(['user', 'reset-password', 'ada'], { stdin: newPassword });
    expect(reset).toEqual({
      code: 0,
      stdout: 'ada has a new password, and no access tokens. 2 sessions ended.\n',
      stderr: '',
    });
    expect([await whoIs(ada), await whoIs(phone), await whoIs(program)]).toEqual([
      null,
      null,
      null,
    ]);
    expect(await whoIs(grace)).toBe('grace');
    expect(await operator.withRows(async (em) => em.count(AccessToken))).toBe(1);
    expect(await logIn(server.client(), 'ada')).toBe('InvalidCredentialsError');
    expect(await logIn(server.client(), 'ada', newPassword)).toBe('LoginSuccess');
    expect(await eventTypes(operator)).toEqual(['PASSWORD_CHANGED']);
  });

  test('[B6] a reset lets the owner in at once, however often somebody has guessed', async () => {
    await using operator = await createOperator();
    const { server } = await startServer(operator);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await logIn(server.client(), 'ada', 'a guess');
    }
    const { errors } = await server.client().query(login, { username: 'ada', password: PASSWORD });
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);

    await operator.jotter(['user', 'reset-password', 'ada'], { stdin: newPassword });

    expect(await logIn(server.client(), 'ada', newPassword)).toBe('LoginSuccess');
    expect(await operator.withRows(async (em) => em.count(Session))).toBe(2);
  });

  test('a password that is not allowed changes nothing', async () => {
    await using operator = await createOperator();
    const { ada } = await startServer(operator);

    const reset = await operator.jotter(['user', 'reset-password', 'ada'], { stdin: 'jotterADA1' });
    expect(reset).toEqual({
      code: 1,
      stdout: '',
      stderr: 'The password must not be made of the user name.\n',
    });
    expect(await whoIs(ada)).toBe('ada');
  });
});

describe.concurrent('session list and session end', { timeout: 120_000 }, () => {
  test('[A10] sessions are listed without their secrets, and each can be ended', async () => {
    await using operator = await createOperator();
    const { server, ada } = await startServer(operator);
    const phone = server.client();
    phone.headers['user-agent'] = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0';
    await logIn(phone, 'ada');

    const table = await operator.jotter(['session', 'list', 'ada']);
    expect(table.stdout).toMatch(/^SESSION {31}LOGGED IN \(UTC\) {3}LAST USED/u);
    expect(table.stdout).toMatch(/ no +127\.0\.0\.1 +Firefox on Linux$/mu);

    const list = await operator.jotter(['session', 'list', 'ada', '--json']);
    const [newest, oldest] = JSON.parse(list.stdout);
    expect(newest).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/u),
      createdAt: expect.stringMatching(/Z$/u),
      lastActiveAt: expect.stringMatching(/Z$/u),
      expiresAt: expect.stringMatching(/Z$/u),
      isRemembered: false,
      ipAddress: '127.0.0.1',
      device: 'Firefox on Linux',
    });

    const ended = await operator.jotter(['session', 'end', 'ada', oldest.id]);
    expect(ended).toEqual({ code: 0, stdout: '1 session of ada ended.\n', stderr: '' });
    expect([await whoIs(ada), await whoIs(phone)]).toEqual([null, 'ada']);
    expect(await eventTypes(operator)).toEqual(['SESSION_ENDED']);
  });

  test('--all ends all sessions of one user', async () => {
    await using operator = await createOperator();
    const { server, ada, grace } = await startServer(operator);
    await logIn(server.client(), 'ada');

    const ended = await operator.jotter(['session', 'end', 'ada', '--all']);
    expect(ended).toEqual({ code: 0, stdout: '2 sessions of ada ended.\n', stderr: '' });
    expect([await whoIs(ada), await whoIs(grace)]).toEqual([null, 'grace']);
    expect((await operator.jotter(['session', 'list', 'ada'])).stdout).toBe(
      'ada is logged in nowhere.\n',
    );
    expect((await operator.jotter(['session', 'list', 'ada', '--json'])).stdout).toBe('[]\n');
  });

  test('[A10] the session of somebody else is not found', async () => {
    await using operator = await createOperator();
    const { grace } = await startServer(operator);
    const [session] = await operator.withRows(async (em) =>
      em.find(Session, { user: { usernameKey: 'grace' } }),
    );

    for (const id of [session?.id ?? '', 'no-id']) {
      expect(await operator.jotter(['session', 'end', 'ada', id])).toEqual({
        code: 1,
        stdout: '',
        stderr: 'ada has no such session.\n',
      });
    }
    expect(await whoIs(grace)).toBe('grace');
  });
});
