#!/usr/bin/env node
/** The command line for operators: `npx jotter --help`. */
import { Command } from 'commander';

import { explain } from '../operator-error.ts';
import { migrateCommand } from './migrate.ts';
import { schemaCommand } from './schema.ts';
import { seedCommand } from './seed.ts';

const program = new Command('jotter')
  .description('Looks after a Jotter server. Settings come from the environment and .env.')
  .addCommand(migrateCommand())
  .addCommand(seedCommand())
  .addCommand(schemaCommand());

try {
  await program.parseAsync();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
