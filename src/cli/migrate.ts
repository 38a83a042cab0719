import { Command } from 'commander';

import type { Orm } from '../database/orm-options.ts';
import { OperatorError } from '../operator-error.ts';
import { example } from './example.ts';
import { insteadOfServer } from './operator-database.ts';
import { jsonOption, printList, type Column, type PrintOptions } from './print.ts';

/** Moves the database from one schema to the next. The start of a server does `up` by itself. */
export function migrateCommand(): Command {
  const command = new Command('migrate').description(
    'changes the schema of the database; not while the server is running',
  );

  command
    .command('up')
    .description('applies what is not applied yet')
    .addHelpText('after', example('npx jotter migrate up'))
    .action(async () => insteadOfServer(up));
  command
    .command('down')
    .description('takes back the last migration, with the data that it made room for')
    .addHelpText('after', example('npx jotter migrate down'))
    .action(async () => insteadOfServer(down));
  command
    .command('status')
    .description('lists the migrations')
    .addOption(jsonOption())
    .addHelpText('after', example('npx jotter migrate status'))
    .action(async (options: PrintOptions) => insteadOfServer(async (orm) => status(orm, options)));
  command
    .command('create')
    .description('writes a migration for what has changed in the entities')
    .argument('<name>', 'a word or two in snake_case')
    .addHelpText('after', example('npx jotter migrate create note_tags'))
    .action(async (name: string) => insteadOfServer(async (orm) => create(orm, name)));

  return command;
}

async function up({ migrator }: Orm): Promise<void> {
  report('Applied', await migrator.up());
}

async function down({ migrator }: Orm): Promise<void> {
  report('Took back', await migrator.down());
}

interface Line {
  readonly name: string;
  readonly state: 'applied' | 'pending';
}

const columns: readonly Column<Line>[] = [
  ['state', ({ state }) => state],
  ['migration', ({ name }) => name],
];

async function status({ migrator }: Orm, options: PrintOptions): Promise<void> {
  const [applied, pending] = [await migrator.getExecuted(), await migrator.getPending()];
  const lines: Line[] = [
    ...applied.map(({ name }) => ({ name, state: 'applied' as const })),
    ...pending.map(({ name }) => ({ name, state: 'pending' as const })),
  ];

  printList(lines, columns, 'There are no migrations.', options);
}

/** What has changed is what differs from the database, which therefore has to be up to date. */
async function create({ migrator }: Orm, name: string): Promise<void> {
  if ((await migrator.getPending()).length > 0) {
    throw new OperatorError(
      'There are migrations to apply first: run npx jotter migrate up. Nothing was written.',
    );
  }
  const { fileName } = await migrator.create(undefined, false, false, name);

  console.log(
    fileName ? `Wrote ${fileName}` : 'The entities and the database agree: nothing to write.',
  );
}

function report(what: string, migrations: readonly { name: string }[]): void {
  console.log(
    migrations.length > 0
      ? `${what} ${migrations.map(({ name }) => name).join(', ')}`
      : 'Nothing to do.',
  );
}
