import { Command } from 'commander';

import { loadConfig } from '../config.ts';
import { ownDatabase } from '../database/open-database.ts';
import type { Orm } from '../database/orm-options.ts';
import { entities } from '../entities.ts';
import { OperatorError } from '../operator-error.ts';

/** Moves the database from one schema to the next. The start of a server does `up` by itself. */
export function migrateCommand(): Command {
  const command = new Command('migrate').description('changes the schema of the database');

  command
    .command('up')
    .description('applies what is not applied yet')
    .action(onDatabase(async ({ migrator }) => report('Applied', await migrator.up())));
  command
    .command('down')
    .description('takes back the last migration, with the data that it made room for')
    .action(onDatabase(async ({ migrator }) => report('Took back', await migrator.down())));
  command.command('status').description('lists the migrations').action(onDatabase(status));
  command
    .command('create')
    .argument('<name>', 'a word or two in snake_case')
    .description('writes a migration for what has changed in the entities')
    .action((name: string) => onDatabase(async (orm) => create(orm, name))());

  return command;
}

function onDatabase(run: (orm: Orm) => Promise<string>): () => Promise<void> {
  return async () => {
    const { databaseUrl } = loadConfig();
    const { orm, close } = await ownDatabase({ databaseUrl, entities });
    try {
      console.log(await run(orm));
    } finally {
      await close();
    }
  };
}

async function status({ migrator }: Orm): Promise<string> {
  const [applied, pending] = [await migrator.getExecuted(), await migrator.getPending()];

  return [
    ...applied.map(({ name }) => `applied  ${name}`),
    ...pending.map(({ name }) => `pending  ${name}`),
  ].join('\n');
}

/** What has changed is what differs from the database, which therefore has to be up to date. */
async function create({ migrator }: Orm, name: string): Promise<string> {
  if ((await migrator.getPending()).length > 0) {
    throw new OperatorError(
      'There are migrations to apply first: run migrate up. Nothing was written.',
    );
  }
  const { fileName } = await migrator.create(undefined, false, false, name);

  return fileName ? `Wrote ${fileName}` : 'The entities and the database agree: nothing to write.';
}

function report(what: string, migrations: readonly { name: string }[]): string {
  return migrations.length > 0
    ? `${what} ${migrations.map(({ name }) => name).join(', ')}`
    : 'Nothing to do.';
}
