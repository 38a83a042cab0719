import { Command } from 'commander';

import { disableCommand, enableCommand, resetPasswordCommand } from './user-change.ts';
import { userCreateCommand } from './user-create.ts';
import { userListCommand } from './user-list.ts';

/** Accounts, as operators see to them. All of it works while the server is running. */
export function userCommand(): Command {
  return new Command('user')
    .description('makes, lists, disables and enables accounts, and resets passwords')
    .addCommand(userCreateCommand())
    .addCommand(userListCommand())
    .addCommand(disableCommand())
    .addCommand(enableCommand())
    .addCommand(resetPasswordCommand());
}
