import { expect, test } from 'vitest';

import { findRows, hasIdOf } from '../../src/database/find-rows.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp } from '../support/app.ts';

const shown = new Set(['displayName']);

test('what is read waits for no transaction, and sees nothing of it before it is committed', async () => {
  await using app = await createTestApp();
  const { id } = await app.createUser('ada', { displayName: 'Ada' });
  const outside = { em: app.orm.em.fork() };

  await app.orm.em.fork().transactional(async (em) => {
    await em.nativeUpdate(User, { id }, { displayName: 'Augusta' });

    expect(await findRows(outside, User, hasIdOf([id]), shown)).toEqual([
      { id, displayName: 'Ada' },
    ]);
  });

  expect(await findRows(outside, User, hasIdOf([id]), shown)).toEqual([
    { id, displayName: 'Augusta' },
  ]);
});

test('within a transaction its own changes are seen', async () => {
  await using app = await createTestApp();
  const { id } = await app.createUser('ada');

  await app.orm.em.fork().transactional(async (em) => {
    await em.nativeUpdate(User, { id }, { displayName: 'Augusta' });

    expect(await findRows({ em }, User, hasIdOf([id]), shown)).toEqual([
      { id, displayName: 'Augusta' },
    ]);
  });
});

test('what was stopped reads nothing more', async () => {
  await using app = await createTestApp();
  const signal = AbortSignal.abort(new Error('stopped'));

  await expect(
    findRows({ em: app.orm.em.fork(), signal }, User, hasIdOf([]), shown),
  ).rejects.toThrow('stopped');
});
