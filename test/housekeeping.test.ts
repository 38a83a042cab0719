import { expect, test } from 'vitest';

import { SecurityEvent } from '../src/auth/security-event.ts';
import { ThrottleBucket } from '../src/auth/throttle-bucket.ts';
import { sweep } from '../src/housekeeping.ts';
import { Session } from '../src/session/session.ts';
import { createTestApp, type TestApp } from './support/app.ts';
import { DAY, HOUR } from './support/clock.ts';

async function sweepOf({ orm, clock, config, log }: TestApp): Promise<void> {
  await sweep({ orm, clock, lifetimes: config.session, log });
}

test('[A14] a session is swept a week after its end, and not before', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  await app.as(user);
  const em = app.orm.em.fork();

  app.clock.advance(7 * DAY + 23 * HOUR);
  await sweepOf(app);
  expect(await em.count(Session)).toBe(1);
  app.clock.advance(2 * HOUR);
  await sweepOf(app);
  expect(await em.count(Session)).toBe(0);
});

test('[A14] more rows than fit into a batch are swept in one round', async () => {
  await using app = await createTestApp();
  const em = app.orm.em.fork();
  for (let number = 0; number < 1001; number += 1) {
    em.create(ThrottleBucket, { key: `account:${number}`, emptyAt: app.clock().getTime() - 1 });
  }
  em.create(ThrottleBucket, { key: 'account:ada', emptyAt: app.clock().getTime() + 1 });
  await em.flush();

  await sweepOf(app);
  const left = await app.orm.em.fork().findAll(ThrottleBucket);
  expect(left.map(({ key }) => key)).toEqual(['account:ada']);
});

test('failed logins of nobody are kept for a month', async () => {
  await using app = await createTestApp();
  await app
    .client()
    .query('mutation { login(input: { username: "nobody", password: "x" }) { __typename } }');
  const em = app.orm.em.fork();

  app.clock.advance(29 * DAY);
  await sweepOf(app);
  expect(await em.count(SecurityEvent)).toBe(1);
  app.clock.advance(2 * DAY);
  await sweepOf(app);
  expect(await em.count(SecurityEvent)).toBe(0);
});

test('security events of an account are kept for a year', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await ada.query('mutation { logout { __typename } }');
  const em = app.orm.em.fork();

  app.clock.advance(364 * DAY);
  await sweepOf(app);
  expect(await em.count(SecurityEvent)).toBe(1);
  app.clock.advance(2 * DAY);
  await sweepOf(app);
  expect(await em.count(SecurityEvent)).toBe(0);
});
