import { Command } from 'commander';

import { createAccount } from '../auth/accounts.ts';
import { registerInput } from '../auth/credentials-input.ts';
import { createPasswords } from '../auth/passwords.ts';
import { validInput } from '../graphql/input.ts';
import { askPassword } from './ask-password.ts';
import { example } from './example.ts';
import { besideServer } from './operator-database.ts';

/** What `register` does, for somebody else. */
export function userCreateCommand(): Command {
  return new Command('create')
    .description('makes an account; asks for its password')
    .argument('<username>', '3 to 32 of A-Z, a-z, 0-9, dot, hyphen and underscore')
    .option('--display-name <name>', 'the name that others see')
    .addHelpText(
      'after',
      example(
        "npx jotter user create ada --display-name 'Ada Lovelace'",
        'npx jotter user create ada < password.txt',
      ),
    )
    .action(create);
}

async function create(username: string, { displayName }: { displayName?: string }): Promise<void> {
  await besideServer(async (scope) => {
    const passwords = createPasswords({ minLength: scope.config.passwordMinLength });
    const input = { username, displayName, password: await askPassword() };
    const account = validInput(registerInput(passwords.minLength), input);
    const user = await createAccount({ ...scope, passwords }, account);
    await scope.events.record({ type: 'REGISTERED', user });

    console.log(`${user.username} can log in.`);
  });
}
