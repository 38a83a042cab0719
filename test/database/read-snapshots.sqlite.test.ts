import { statSync } from 'node:fs';
import { setImmediate as nextRound } from 'node:timers/promises';

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import { databaseFile } from '../../src/database/database-url.ts';
import { findRows, hasIdOf } from '../../src/database/find-rows.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, type TestApp } from '../support/app.ts';

const shown = new Set(['displayName']);

async function nameOf(app: TestApp, id: string): Promise<unknown> {
  const [user] = await findRows<User>({ em: app.orm.em }, User, hasIdOf([id]), shown);

  return user?.displayName;
}

function fileOf(app: TestApp): string {
  return databaseFile(app.databaseUrl) ?? '';
}

test('[D3] what this process has committed is seen in the same round of the event loop', async () => {
  await using app = await createTestApp();
  const { id } = await app.createUser('ada', { displayName: 'Ada' });
  await nextRound();
  let hasRoundEnded = false;
  setImmediate(() => (hasRoundEnded = true));

  expect(await nameOf(app, id)).toBe('Ada');
  await app.orm.em.fork().nativeUpdate(User, { id }, { displayName: 'Augusta' });
  expect(await nameOf(app, id)).toBe('Augusta');
  expect(hasRoundEnded).toBe(false);
});

test('[D3] what another process has committed is seen in the next round', async () => {
  await using app = await createTestApp();
  const { id } = await app.createUser('ada', { displayName: 'Ada' });
  await nextRound();
  using elsewhere = closing(new Database(fileOf(app)));

  expect(await nameOf(app, id)).toBe('Ada');
  elsewhere.database.prepare('update user set display_name = ? where id = ?').run('Augusta', id);
  expect(await nameOf(app, id)).toBe('Ada');
  await nextRound();
  expect(await nameOf(app, id)).toBe('Augusta');
});

test('[D1] the journal does not grow when a snapshot is open at each write', async () => {
  await using app = await createTestApp();
  const { id } = await app.createUser('ada');
  for (let count = 0; count < 3000; count += 1) {
    await nameOf(app, id);
    await app.orm.em.fork().nativeUpdate(User, { id }, { displayName: `${count}` });
    await nameOf(app, id);
  }

  // SQLite empties it at a thousand pages of four kilobytes.
  expect(statSync(`${fileOf(app)}-wal`).size).toBeLessThan(6_000_000);
});

function closing(database: Database.Database) {
  return { database, [Symbol.dispose]: () => database.close() };
}
