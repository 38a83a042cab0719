import { expect, test } from 'vitest';

import type { Orm } from '../../src/database/orm-options.ts';
import { createDatabase, isOnPostgres } from '../support/database.ts';

test('[D4] migrations go up, down and up again, and end where they began', async () => {
  await using database = await createDatabase();
  const { migrator } = database.orm;
  const all = namesOf(await migrator.up());
  const before = await schemaOf(database.orm);

  await migrator.down({ to: 0 });
  expect(await schemaOf(database.orm)).toEqual([]);
  expect(await migrator.getExecuted()).toEqual([]);

  expect(namesOf(await migrator.up())).toEqual(all);
  expect(await schemaOf(database.orm)).toEqual(before);
});

test('[D4] each migration can be taken back and applied on its own', async () => {
  await using database = await createDatabase();
  const { migrator } = database.orm;
  const all = namesOf(await migrator.up());
  const before = await schemaOf(database.orm);
  for (const name of all.toReversed()) {
    expect(namesOf(await migrator.down())).toEqual([name]);
  }
  for (const name of all) {
    expect(namesOf(await migrator.up({ to: name }))).toEqual([name]);
  }

  expect(await schemaOf(database.orm)).toEqual(before);
});

test('[D4] what is applied is not applied again by the next start', async () => {
  await using database = await createDatabase();

  expect(await database.orm.migrator.up()).not.toEqual([]);
  expect(await (await database.reopen()).migrator.up()).toEqual([]);
});

test('[D4] a migration that fails leaves nothing behind, and can be run again', async () => {
  await using database = await createDatabase();
  const { migrator, em } = database.orm;
  // The name of a table that the first migration makes last.
  await em.getConnection().execute('create table note (id integer)');

  await expect(migrator.up()).rejects.toThrow(/note/u);
  expect(await schemaOf(database.orm)).toEqual([
    isOnPostgres() ? 'note.id integer YES' : 'CREATE TABLE note (id integer)',
  ]);

  await em.getConnection().execute('drop table note');
  await migrator.up();
  expect(await migrator.getPending()).toEqual([]);
});

test('[D4] the entities and the migrated tables agree', async () => {
  await using database = await createDatabase();
  const { migrator, schema } = database.orm;
  await migrator.up();

  expect(await schema.getUpdateSchemaSQL()).toBe('');
  expect(await migrator.checkSchema()).toBe(false);
});

function namesOf(migrations: readonly { readonly name: string }[]): string[] {
  return migrations.map(({ name }) => name);
}

/** What makes all tables and indexes but the database's and the migrations' own. */
async function schemaOf({ em }: Orm): Promise<string[]> {
  const rows = await em.getConnection().execute(isOnPostgres() ? POSTGRES_SCHEMA : SQLITE_SCHEMA);

  return rows.map((row) => String(row['sql']));
}

const SQLITE_SCHEMA = `select sql from sqlite_schema
  where name not glob 'sqlite_*' and name not glob 'mikro_orm_*' order by name`;

const POSTGRES_SCHEMA = `
  select format('%s.%s %s %s', table_name, column_name, data_type, is_nullable) as sql
    from information_schema.columns
    where table_schema = 'public' and table_name not like 'mikro_orm_%'
  union all select indexdef from pg_indexes
    where schemaname = 'public' and tablename not like 'mikro_orm_%'
  union all select pg_get_constraintdef(oid) from pg_constraint
    where contype = 'f' and connamespace = 'public'::regnamespace
  order by sql`;
