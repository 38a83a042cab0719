import { CommanderError } from 'commander';

import { UserError } from '../graphql/errors.ts';
import { explain } from '../operator-error.ts';

const MENDABLE = 1;
const WRONG_USAGE = 2;

/** Tells what went wrong, where that is not done yet. @returns the exit code */
export function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : WRONG_USAGE;
  }
  console.error(error instanceof UserError ? error.message : explain(error));

  return MENDABLE;
}
