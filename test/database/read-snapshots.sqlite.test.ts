import { statSync } from 'node:fs';
import { setImmediate as nextRound } from 'node:timers/promises';

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import { databaseFile } from '../../src/database/database-url.ts';
import { findRows, hasIdOf } from '../../src/database/find-rows.ts';
import { findSession } from '../../src/session/find-session.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { storeNote } from '../support/notes.ts';

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

test('the session is read once for as long as nothing is written', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const grace = await app.as(await app.createUser('grace'));
  async function read(client = ada): Promise<string[]> {
    return app.statementsOf(async () => usernameOf(client));
  }

  expect(await read()).toHaveLength(1);
  expect(await read()).toEqual([]);
  expect(await read(grace)).toHaveLength(1);
  expect(await read()).toEqual([]);
  await storeNote(app, await app.createUser('joan'));
  expect(await read()).toHaveLength(1);
});

test('[D3] a remembered session ends, and its user changes, with the next commit of this process', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  expect(await usernameOf(ada)).toBe('ada');

  await app.orm.em.fork().nativeUpdate(User, { id: user.id }, { username: 'augusta' });
  expect(await usernameOf(ada)).toBe('augusta');
  await app.orm.em.fork().nativeDelete(Session, { user: user.id });
  expect(await usernameOf(ada)).toBeUndefined();
});

test('[D3] a remembered session ends, and its user changes, with the commit of another process', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  expect(await usernameOf(ada)).toBe('ada');
  using elsewhere = closing(new Database(fileOf(app)));

  elsewhere.database.prepare(`update user set username = 'augusta'`).run();
  await nextRound();
  expect(await usernameOf(ada)).toBe('augusta');
  elsewhere.database.prepare('delete from session').run();
  await nextRound();
  expect(await usernameOf(ada)).toBeUndefined();
});

test('values of a remembered session are each request’s own', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const reader = { em: app.orm.em };
  const [{ id } = { id: '' }] = await app.orm.em.fork().find(Session, {});
  await app.orm.em.fork().nativeUpdate(Session, { id }, { data: { thing: [1] } });
  expect(await usernameOf(ada)).toBe('ada');

  const [one, other] = [await findSession(reader, id), await findSession(reader, id)];
  const { thing } = one?.session.data ?? {};
  expect(thing).toEqual([1]);
  // Changed in place, and changed itself.
  Object.assign(thing ?? {}, [2]);
  Object.assign(one?.session.data ?? {}, { visits: 1 });
  expect(one?.session.data).toEqual({ thing: [2], visits: 1 });
  expect(other?.session.data).toEqual({ thing: [1] });
  expect((await findSession(reader, id))?.session.data).toEqual({ thing: [1] });
});

test('sessions are remembered in a bounded number', async () => {
  await using app = await createTestApp();
  const reader = { em: app.orm.em };
  const ids = Array.from({ length: 2001 }, (_, index) => `session ${index}`);
  async function read(...some: string[]): Promise<string[]> {
    return app.statementsOf(async () => Promise.all(some.map((id) => findSession(reader, id))));
  }

  expect(await read(...ids)).toHaveLength(2001);
  expect(await read('session 2000')).toEqual([]);
  expect(await read('session 0')).toHaveLength(1);
});

async function usernameOf(client: TestClient): Promise<unknown> {
  const { data } = await client.query('{ viewer { username } }');

  return data?.viewer?.username;
}

function closing(database: Database.Database) {
  return { database, [Symbol.dispose]: () => database.close() };
}
