import Database from 'better-sqlite3';
import { Kysely, sql } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';

import { ReusingSqliteDialect } from '../../src/database/sqlite-dialect.ts';

test('a statement with parameters is prepared once, and finds each time its own rows', async () => {
  const { database, prepared } = openInMemory();
  const rows: unknown[] = [];
  for (const value of ['a', 'b', 'c']) {
    rows.push(...(await sql`select ${value} as value`.execute(database)).rows);
  }

  expect(rows).toEqual([{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
  expect(prepared('select ? as value')).toBe(1);
});

test('a prepared statement follows a change of its table', async () => {
  const { database, prepared } = openInMemory();
  await sql`create table thing (id integer)`.execute(database);
  await sql`insert into thing values (${1})`.execute(database);
  const read = sql`select * from thing where id = ${1}`;

  expect((await read.execute(database)).rows).toEqual([{ id: 1 }]);
  await sql`alter table thing add column name text default 'new'`.execute(database);
  expect((await read.execute(database)).rows).toEqual([{ id: 1, name: 'new' }]);
  expect(prepared('select * from thing where id = ?')).toBe(1);
});

test('a prepared statement that failed works the next time', async () => {
  const { database } = openInMemory();
  await sql`create table thing (id integer primary key)`.execute(database);
  const add = sql`insert into thing values (${1})`;
  await add.execute(database);

  await expect(add.execute(database)).rejects.toThrow(/UNIQUE/u);
  await sql`delete from thing`.execute(database);
  await expect(add.execute(database)).resolves.toMatchObject({ numAffectedRows: 1n });
});

test('prepared statements are kept in a bounded number: those that were used last', async () => {
  const { database, prepared } = openInMemory();
  const often = sql`select ${1} as often`;
  for (let count = 0; count < 300; count += 1) {
    await often.execute(database);
    await rare(count).execute(database);
  }
  await rare(299).execute(database);
  await rare(0).execute(database);

  expect(prepared('select ? as often')).toBe(1);
  expect(prepared('select ? as "rare299"')).toBe(1);
  expect(prepared('select ? as "rare0"')).toBe(2);
});

function rare(number: number) {
  return sql`select ${1} as ${sql.ref(`rare${number}`)}`;
}

/** A database, and how often it has prepared a statement. */
function openInMemory() {
  const database = new Kysely({ dialect: new ReusingSqliteDialect(':memory:') });
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  onTestFinished(async () => {
    prepare.mockRestore();
    await database.destroy();
  });

  return {
    database,
    prepared: (text: string) => prepare.mock.calls.filter(([source]) => source === text).length,
  };
}
