import { createHook } from 'node:async_hooks';

import { expect, test } from 'vitest';

import { createPasswords } from '../../src/auth/passwords.ts';
import { hashesOf } from '../support/hashes.ts';

const passwords = createPasswords({ minLength: 8 });

function unexpected(error: unknown): never {
  throw error;
}

test('[B1] the right password is right, another one is wrong', async () => {
  const hash = await passwords.hash('a walk in the long grass');

  expect(await passwords.verify(hash, 'a walk in the long grass', unexpected)).toBe(true);
  expect(await passwords.verify(hash, 'a walk in the long gras', unexpected)).toBe(false);
  expect(await passwords.verify(hash, '', unexpected)).toBe(false);
});

test('[B5] nobody has no password, not even the one that is hashed for them', async () => {
  expect(await passwords.verify(null, 'the password of nobody', unexpected)).toBe(false);
  expect(await passwords.verify(null, '', unexpected)).toBe(false);
});

test('[B5] a check costs one hash, for a user and for nobody', async () => {
  const hash = await passwords.hash('a walk in the long grass');
  await passwords.verify(null, 'warm-up', unexpected);

  for (const known of [hash, null]) {
    expect(await hashesOf(async () => passwords.verify(known, 'x', unexpected))).toBe(1);
  }
});

test('[B1] a hash of other parameters, another version or another algorithm is outdated', async () => {
  const hash = await passwords.hash('a walk in the long grass');

  expect(passwords.isOutdated(hash)).toBe(false);
  for (const [part, other] of [
    ['t=2', 't=1'],
    ['m=19456', 'm=4096'],
    ['p=1', 'p=2'],
    ['v=19', 'v=16'],
    ['argon2id', 'argon2i'],
  ] as const) {
    expect(hash).toContain(part);
    expect(passwords.isOutdated(hash.replace(part, other))).toBe(true);
  }
});

test('[B7] at most two hashes run at a time', async () => {
  const running = new Set<number>();
  const most = { running: 0 };
  const hook = createHook({
    init: (id, type) => {
      if (type !== 'argon2:HashWorker') return;
      running.add(id);
      most.running = Math.max(most.running, running.size);
    },
    after: (id) => running.delete(id),
  });

  hook.enable();
  await Promise.all(
    Array.from({ length: 8 }, async (_, index) => passwords.hash(`password ${index}`)),
  );
  hook.disable();

  expect(most.running).toBeGreaterThan(0);
  expect(most.running).toBeLessThanOrEqual(2);
});
