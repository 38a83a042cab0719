import { Command } from 'commander';

import { createAccount } from '../auth/accounts.ts';
import { registerInput } from '../auth/credentials-input.ts';
import { createPasswords } from '../auth/passwords.ts';
import { validInput } from '../graphql/input.ts';
import { OperatorError } from '../operator-error.ts';
import { askPassword } from './ask-password.ts';
import { example } from './example.ts';
import { besideServer } from './operator-database.ts';

/** What `register` does, for somebody else. */
export function userCreateCommand(): Command {
  return new Command('create')
    .description('makes an account; asks for its password')
    .argument('<username>', '3 to 32 of A-Z, a-z, 0-9, dot, hyphen and underscore')
    .option('--display-name <name>', 'the name that others see')
    .option('--email <address>', 'is sent a mail to confirm it; it counts from then on')
    .addHelpText(
      'after',
      example(
        "npx jotter user create ada --display-name 'Ada Lovelace' --email ada@example.com",
        'npx jotter user create ada < password.txt',
      ),
    )
    .action(create);
}

interface CreateOptions {
  readonly displayName?: string;
  readonly email?: string;
}

async function create(username: string, { displayName, email }: CreateOptions): Promise<void> {
  await besideServer(async (scope) => {
    if (email !== undefined && !scope.outbox.isOpen) {
      throw new OperatorError('Nobody sends mails. Set SMTP_URL, or leave --email out.');
    }
    const passwords = createPasswords({ minLength: scope.config.passwordMinLength });
    const input = { username, displayName, email, password: await askPassword() };
    const account = validInput(registerInput(passwords.minLength), input);
    const user = await createAccount({ ...scope, passwords }, account);
    await scope.events.record({ type: 'REGISTERED', user });

    const mail = email === undefined ? '' : ` The server sends a mail to ${email}.`;
    console.log(`${user.username} can log in.${mail}`);
  });
}
