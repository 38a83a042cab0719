import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import { databaseFile } from '../../src/database/database-url.ts';
import type { Orm } from '../../src/database/orm-options.ts';
import { Note } from '../../src/notes/note.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp } from '../support/app.ts';
import { createDatabase } from '../support/database.ts';

const expected = {
  journal_mode: 'wal',
  /** FULL. */
  synchronous: 2,
  foreign_keys: 1,
  trusted_schema: 0,
};

test('[D1] a new file has a WAL, full synchronization, foreign keys and no trust in its schema', async () => {
  await using database = await createDatabase();

  expect(await pragmasOf(database.orm)).toEqual(expected);
});

test('[D1] a file has them when it is opened again', async () => {
  await using database = await createDatabase();
  await database.orm.migrator.up();

  expect(await pragmasOf(await database.reopen())).toEqual(expected);
  expect(await pragmasOf(await database.reopen())).toEqual(expected);
});

test('[D1] a file has them when it comes without a WAL', async () => {
  await using database = await createDatabase();
  const foreign = new Database(databaseFile(database.url) ?? '');
  foreign.exec('create table something (id integer)');
  expect(foreign.pragma('journal_mode', { simple: true })).toBe('delete');
  foreign.close();

  expect(await pragmasOf(await database.reopen())).toEqual(expected);
});

test('[D1] a closed database is one whole file', async () => {
  await using database = await createDatabase();
  await database.orm.migrator.up();
  await database.orm.close();
  const reader = new Database(databaseFile(database.url) ?? '', { readonly: true });
  const { count } = Object(reader.prepare('select count(*) as count from note').get());
  const integrity = reader.pragma('integrity_check', { simple: true });
  reader.close();

  expect([count, integrity]).toEqual([0, 'ok']);
});

test('[D1] a note without an author is refused, and a deleted author takes the notes along', async () => {
  await using app = await createTestApp();
  const ada = await app.createUser('ada');
  await writeNote(app.orm, ada.id);

  await expect(writeNote(app.orm, '00000000-0000-7000-8000-000000000000')).rejects.toThrow(
    /FOREIGN KEY/u,
  );
  await app.orm.em.fork().nativeDelete(User, { id: ada.id });
  expect(await app.orm.em.fork().count(Note)).toBe(0);
});

test('[D1] a transaction takes the write lock when it begins', async () => {
  await using database = await createDatabase();
  await database.orm.migrator.up();
  const other = new Database(databaseFile(database.url) ?? '', { timeout: 0 });

  await database.orm.em.fork().transactional(async (tx) => {
    await tx.count(Note);
    expect(() => other.exec('begin immediate')).toThrow('database is locked');
  });
  expect(() => other.exec('begin immediate; rollback')).not.toThrow();
  other.close();
});

test('[D1] a transaction that fails leaves nothing, and no lock', async () => {
  await using app = await createTestApp();
  const attempt = app.orm.em.fork().transactional(async (tx) => {
    tx.create(User, {
      username: 'ada',
      usernameKey: 'ada',
      passwordHash: '',
      createdAt: app.clock(),
    });
    await tx.flush();
    throw new Error('on second thoughts');
  });

  await expect(attempt).rejects.toThrow('on second thoughts');
  expect(await app.orm.em.fork().count(User)).toBe(0);
  await app.createUser('ada');
});

async function writeNote(orm: Orm, authorId: string): Promise<void> {
  const em = orm.em.fork();
  em.create(Note, {
    author: authorId,
    title: 'Shopping',
    body: '- milk',
    visibility: 'PRIVATE',
    version: 1,
    createdAt: new Date(),
    updatedAt: new Date(),
  });
  await em.flush();
}

/** Asked of the connection itself, since most of them belong to it. */
async function pragmasOf(orm: Orm): Promise<object> {
  const rows: object[] = [];
  for (const name of Object.keys(expected)) {
    rows.push(...(await orm.em.getConnection().execute(`pragma ${name}`)));
  }

  return Object.assign({}, ...rows);
}
