import { existsSync } from 'node:fs';

import { OperatorError } from '../operator-error.ts';

/** Adds the settings of `.env` in the working directory. What the environment has already stays. */
export function loadEnvironmentFile(): void {
  if (!existsSync('.env')) {
    return;
  }
  try {
    process.loadEnvFile('.env');
  } catch (error) {
    throw new OperatorError('The file .env is there, but cannot be read. Check who may read it.', {
      cause: error,
    });
  }
}
