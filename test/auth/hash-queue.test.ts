import { createHash } from 'node:crypto';
import { setImmediate as nextRound } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { createPasswords } from '../../src/auth/passwords.ts';
import { ThrottleBucket } from '../../src/auth/throttle-bucket.ts';
import { createTestApp } from '../support/app.ts';
import { login, viewerOf } from '../support/login.ts';

test('[B7] beyond a bounded queue a login is refused at once, before anything is written, and others are served', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  let answered = 0;
  const logins = Array.from({ length: 60 }, async (_, number) => {
    const answer = await login(app.client(), `nobody${number}`);
    answered += 1;

    return answer.errors[0]?.extensions['code'] ?? answer.data.login.code;
  });
  await Promise.race(logins);

  const late = await login(app.client(), 'late');
  expect(await viewerOf(ada)).toBe('ada');
  expect(answered).toBeLessThan(60);

  expect(late.errors[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
  expect(late.headers.get('retry-after')).toBe('1');
  const account = createHash('sha256').update('late').digest('hex');
  const key = `account:anywhere:${account}`;
  expect(await app.orm.em.fork().count(ThrottleBucket, { key })).toBe(0);
  const codes = await Promise.all(logins);
  expect(codes.filter((code) => code === 'INVALID_CREDENTIALS').length).toBeGreaterThanOrEqual(33);
  expect(codes).toContain('RATE_LIMITED');
});

test('while others are served, the next hash waits for a while; otherwise it does not', async () => {
  let answers = 0;
  let answersEachTime = 1;
  const passwords = createPasswords({
    minLength: 8,
    countAnswers: () => (answers += answersEachTime),
  });
  await passwords.verify(null, 'a guess', () => {});

  await passwords.hash('correct horse');
  await nextRound();
  expect(passwords.load.active).toBe(0);

  answersEachTime = 1000;
  await passwords.hash('correct horse');
  await nextRound();
  expect(passwords.load.active).toBe(1);
  await expect.poll(() => passwords.load.active).toBe(0);
});
