import { hash } from 'argon2';
import { expect, test } from 'vitest';

import { ThrottleBucket } from '../../src/auth/throttle-bucket.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { login } from '../support/login.ts';

/** Begins a login whose hash has to wait for others, and returns when its user has been looked up. */
async function loginInAQueue(app: TestApp, username: string) {
  const others = Array.from({ length: 12 }, async (_, number) =>
    login(app.client(), `nobody${number}`),
  );
  const answer = login(app.client(), username);
  const key = `account:anywhere:${username}`;
  await expect.poll(async () => app.orm.em.fork().count(ThrottleBucket, { key })).toBe(1);
  await app.orm.em.fork().count(User);

  return { answer, others: Promise.all(others) };
}

test.each([
  ['its password is changed', async () => ({ passwordHash: await hash('another long password') })],
  ['its account is disabled', async () => ({ disabledAt: new Date() })],
])('[A9] a login that waits for its hash fails when %s meanwhile', async (_what, changes) => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const content = await changes();

  const { answer, others } = await loginInAQueue(app, 'ada');
  await app.orm.em.fork().nativeUpdate(User, { id: user.id }, content);

  expect((await answer).data.login).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  expect(await app.orm.em.fork().count(Session)).toBe(0);
  await others;
});
