import { Command } from 'commander';

import { loadEnvironmentFile } from '../config/environment-file.ts';
import { backupCommand, restoreCommand } from './backup.ts';
import { doctorCommand } from './doctor.ts';
import { mailCommand } from './mail.ts';
import { migrateCommand } from './migrate.ts';
import { schemaCommand } from './schema.ts';
import { secretCommand } from './secret.ts';
import { seedCommand } from './seed.ts';
import { sessionCommand } from './session.ts';
import { userCommand } from './user.ts';

/** All commands. What is wrong with their arguments is told and then thrown, as a CommanderError. */
export function createProgram(): Command {
  const program = new Command('jotter')
    .description('Looks after a Jotter server. Settings come from the environment and .env.')
    .addCommand(userCommand())
    .addCommand(sessionCommand())
    .addCommand(mailCommand())
    .addCommand(doctorCommand())
    .addCommand(secretCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addCommand(migrateCommand())
    .addCommand(seedCommand())
    .addCommand(schemaCommand())
    .addHelpText('after', '\nEvery command has a --help of its own, with an example.')
    .hook('preAction', loadEnvironmentFile);
  setUp(program);

  return program;
}

function setUp(command: Command): void {
  command
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(withoutValues(text)) })
    .showHelpAfterError('Add --help to see how it is used.');
  command.commands.forEach(setUp);
}

/** What was written in a wrong place may be a password. */
function withoutValues(text: string): string {
  return text
    .replace(/(too many arguments .* but got \d+): .*/su, '$1.\n')
    .replace(/(unknown option '[^'=]*)=.*/su, "$1'\n");
}
