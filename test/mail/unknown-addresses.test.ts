/** Whether somebody has an account: nobody learns it by asking for mails, registering or logging in. */
import { expect, test } from 'vitest';

import { OutboxMail } from '../../src/mail/outbox-mail.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import type { GraphQLAnswer } from '../support/client.ts';
import { hashesOf } from '../support/hashes.ts';
import { login, register } from '../support/login.ts';
import { requestEmailChange, requestPasswordReset } from '../support/mail.ts';

const KNOWN = 'ada@example.com';
const UNKNOWN = 'bob@example.com';

interface Trace {
  /** The answer, with the names that were sent made equal. */
  readonly text: string;
  readonly headers: readonly string[];
  readonly hashes: number;
  readonly statements: readonly string[];
}

/** What can be seen of an operation, and what it costs. */
async function traceOf(app: TestApp, run: () => Promise<GraphQLAnswer>): Promise<Trace> {
  let answer: GraphQLAnswer | undefined;
  let hashes = 0;
  const statements = await app.statementsOf(async () => {
    hashes = await hashesOf(async () => {
      answer = await run();
    });
  });

  return {
    text: answer?.text.replaceAll(/ada|bob/gu, 'somebody') ?? '',
    headers: [...(answer?.headers.keys() ?? [])],
    hashes,
    // Without their values.
    statements: statements.map((sql) => sql.replaceAll(/'[^']*'|\d+|null/gu, '?')),
  };
}

async function createAppWithAda(): Promise<TestApp> {
  const app = await createTestApp();
  await app.createUser('ada', { email: KNOWN });
  // The first login waits for the hash that is compared where there is no user. It is made by then.
  await login(app.client(), 'nobody', 'wrong');

  return app;
}

test('[G2] asking for a new password says and costs the same for a known address and an unknown one', async () => {
  await using app = await createAppWithAda();
  await requestPasswordReset(app.client(), 'warm-up@example.com');

  const known = await traceOf(app, async () => requestPasswordReset(app.client(), KNOWN));
  const unknown = await traceOf(app, async () => requestPasswordReset(app.client(), UNKNOWN));

  expect(known).toEqual(unknown);
  expect(known.hashes).toBe(0);
  expect(await app.orm.em.fork().count(OutboxMail)).toBe(3);
  expect((await app.outbox.all()).map(({ to }) => to)).toEqual([KNOWN]);
});

test('[G2] the limit of mails is the same for a known address and an unknown one', async () => {
  await using app = await createAppWithAda();

  for (let number = 0; number < 4; number += 1) {
    const known = await traceOf(app, async () => requestPasswordReset(app.client(), KNOWN));
    const unknown = await traceOf(app, async () => requestPasswordReset(app.client(), UNKNOWN));
    expect(known).toEqual(unknown);
  }
});

test('[G2] registering with the address of somebody else says and costs what it does with a free one, and the owner is told', async () => {
  await using app = await createAppWithAda();
  await register(app.client(), { username: 'warm', email: 'warm-up@example.com' });

  const taken = await traceOf(app, async () =>
    register(app.client(), { username: 'adabob1', email: KNOWN }),
  );
  const free = await traceOf(app, async () =>
    register(app.client(), { username: 'bobada1', email: UNKNOWN }),
  );

  expect(taken).toEqual(free);
  const all = await app.outbox.all();
  const mails = [KNOWN, UNKNOWN].flatMap((to) => all.filter((mail) => mail.to === to));
  expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
    [KNOWN, 'You have an account at Jotter already'],
    [UNKNOWN, 'Confirm your address for Jotter'],
  ]);
  expect(mails[0]).toMatchObject({ token: '' });
  expect(mails[0]?.text).toContain('your account ada,');
});

test('[G2] changing to the address of somebody else says and costs what it does with a free one', async () => {
  await using app = await createAppWithAda();
  const eve = await app.as(await app.createUser('eve', { email: 'eve@example.com' }));
  await requestEmailChange(eve, 'warm-up@example.com');

  const taken = await traceOf(app, async () => requestEmailChange(eve, KNOWN));
  const free = await traceOf(app, async () => requestEmailChange(eve, UNKNOWN));

  expect(taken).toEqual(free);
});

test('[G2] [B5] a refused login by address says and costs the same for a known one and an unknown one', async () => {
  await using app = await createAppWithAda();
  await app.createUser('eve', { email: 'eve@example.com', disabledAt: app.clock() });
  await login(app.client(), 'warm-up@example.com', 'wrong');

  const unknown = await traceOf(app, async () => login(app.client(), UNKNOWN, 'wrong'));

  expect(unknown.hashes).toBe(1);
  expect(JSON.parse(unknown.text).data.login.code).toBe('INVALID_CREDENTIALS');
  expect(await traceOf(app, async () => login(app.client(), KNOWN, 'wrong'))).toEqual(unknown);
  expect(await traceOf(app, async () => login(app.client(), 'eve@example.com', PASSWORD))).toEqual(
    unknown,
  );
});

test('[G2] [B5] an address that nobody has confirmed is an unknown one', async () => {
  await using app = await createTestApp();
  await app.createUser('ada', { pendingEmail: KNOWN });
  await login(app.client(), 'warm-up@example.com', 'wrong');

  const unknown = await traceOf(app, async () => login(app.client(), UNKNOWN));

  expect(await traceOf(app, async () => login(app.client(), KNOWN))).toEqual(unknown);
});

test('[B6] an account has one allowance under both of its names, and a full one does not tell whose address it is', async () => {
  await using app = await createAppWithAda();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await login(app.client(), 'ada', 'wrong');
    await login(app.client(), KNOWN, 'wrong');
  }

  for (const name of ['ada', KNOWN]) {
    // The password is right, and does not help: ten attempts were made.
    const { data, errors } = await login(app.client(), name);
    expect(errors).toEqual([]);
    expect(data.login).toEqual({
      __typename: 'InvalidCredentialsError',
      code: 'INVALID_CREDENTIALS',
    });
  }
  app.clock.advance(60_000);
  expect((await login(app.client(), KNOWN)).data.login.__typename).toBe('LoginSuccess');
});

test('[G2] a server of mails that hangs keeps nobody waiting who asks for a mail', async () => {
  await using app = await createTestApp({
    mailTransport: { send: async () => new Promise(() => {}), close: () => {} },
  });
  await app.createUser('ada', { email: KNOWN });
  await requestPasswordReset(app.client(), KNOWN);
  void app.outbox.all();

  for (const address of [KNOWN, UNKNOWN]) {
    const { data } = await requestPasswordReset(app.client(), address);
    expect(data.requestPasswordReset.__typename).toBe('RequestPasswordResetSuccess');
  }
});

test('[H2] no address stands in the log or in an event', async () => {
  await using app = await createAppWithAda();
  const client = app.client('192.0.2.1');
  for (let attempt = 0; attempt < 12; attempt += 1) {
    await login(client, KNOWN, 'wrong');
    await requestPasswordReset(client, KNOWN);
  }
  await app.outbox.all();
  app.log.error({ email: KNOWN, err: new Error(`no mail for <${KNOWN}>`) }, 'It failed');

  const told = JSON.stringify([app.logged, app.answered, app.events]);
  expect(told).toContain('It failed');
  expect(told).not.toContain('example.com');
});
