import { expect, test } from 'vitest';

import { ThrottleBucket } from '../src/auth/throttle-bucket.ts';
import { takeTurn } from '../src/database/advisory-lock.ts';
import { sweep } from '../src/housekeeping.ts';
import { createTestApp } from './support/app.ts';

test('[A14] while another process sweeps, this one leaves it to that', async () => {
  await using app = await createTestApp();
  const { orm, clock, config, log } = app;
  const em = orm.em.fork();
  em.create(ThrottleBucket, { key: 'account:ada', emptyAt: clock().getTime() - 1 });
  await em.flush();

  await orm.em.fork().transactional(async (other) => {
    expect(await takeTurn(other)).toBe(true);
    await sweep({ orm, clock, lifetimes: config.session, log });
    expect(await em.count(ThrottleBucket)).toBe(1);
  });
  await sweep({ orm, clock, lifetimes: config.session, log });

  expect(await em.count(ThrottleBucket)).toBe(0);
});
