/** Commands that change an account, and end its sessions. */
import { Command } from 'commander';

import {
  disableAccount,
  enableAccount,
  findAccount,
  resetPassword,
} from '../auth/administration.ts';
import { resetPasswordInput } from '../auth/credentials-input.ts';
import { createPasswords } from '../auth/passwords.ts';
import { validInput } from '../graphql/input.ts';
import { isDisabled, type User } from '../users/user.ts';
import { askPassword } from './ask-password.ts';
import { example } from './example.ts';
import { besideServer, type OperatorScope } from './operator-database.ts';
import { countText } from './print.ts';

/** @returns what was done, in a sentence */
type Change = (scope: OperatorScope, user: User) => Promise<string>;

export function disableCommand(): Command {
  const description = 'ends the sessions of a user, and lets in neither password nor access token';

  return changeCommand('disable', description, async (scope, user) => {
    if (isDisabled(user)) {
      return `${user.username} was disabled before: nothing was changed.`;
    }
    const ended = await disableAccount(scope, user);

    return `${user.username} is disabled. ${sessionsEnded(ended)}`;
  });
}

export function enableCommand(): Command {
  return changeCommand('enable', 'lets a disabled user in again', async (scope, user) => {
    if (!isDisabled(user)) {
      return `${user.username} is not disabled: nothing was changed.`;
    }
    await enableAccount(scope, user);

    return `${user.username} can log in again.`;
  });
}

export function resetPasswordCommand(): Command {
  const description = 'asks for a new password, and ends the sessions and access tokens of a user';

  return changeCommand('reset-password', description, async (scope, user) => {
    const passwords = createPasswords({ minLength: scope.config.passwordMinLength });
    const rules = resetPasswordInput(passwords.minLength, user.username);
    const { newPassword } = validInput(rules, { newPassword: await askPassword() });
    const ended = await resetPassword({ ...scope, passwords }, user, newPassword);
    const stillOut = isDisabled(user) ? ' The account stays disabled.' : '';

    return `${user.username} has a new password, and no access tokens. ${sessionsEnded(ended)}${stillOut}`;
  });
}

function changeCommand(name: string, description: string, change: Change): Command {
  return new Command(name)
    .description(description)
    .argument('<username>', 'in any letter case')
    .addHelpText('after', example(`npx jotter user ${name} ada`))
    .action(async (username: string) => {
      await besideServer(async (scope) => {
        console.log(await change(scope, await findAccount(scope, username)));
      });
    });
}

function sessionsEnded({ length }: readonly string[]): string {
  return `${countText(length, 'session')} ended.`;
}
