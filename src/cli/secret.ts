import { Command } from 'commander';

import { generateSecret } from '../config/development-secret.ts';
import { example } from './example.ts';

const howToRotate = `
To begin with, set it in the environment or in .env:  SESSION_SECRETS=<new>
To rotate, put it in front of the one in use:         SESSION_SECRETS=<new>,<old>
and restart the server. The first signs, all verify, so that nobody is logged out. Take the old one
away once every session has been used or has ended: after SESSION_REMEMBERED_LIFETIME, 30d by default.
If the old one has leaked, take it away at once: everybody has to log in again.`;

/** The secret alone goes to standard output, so that a script can take it. */
export function secretCommand(): Command {
  return new Command('secret')
    .description('prints a new secret for SESSION_SECRETS, and how to rotate')
    .addHelpText('after', example('npx jotter secret'))
    .action(() => {
      console.log(generateSecret());
      console.error(howToRotate);
    });
}
