/** Whether the server would start with these settings, and with which secrets it signs. */
import { readFileSync, statSync } from 'node:fs';

import { ConfigError, secretFolder, type Config } from '../../config.ts';
import { secretFile } from '../../config/development-secret.ts';
import { commandConfig } from '../command-config.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const DAY = 24 * 60 * 60 * 1000;

/** In milliseconds. */
const OLD_AGE = 365 * DAY;

/** @returns the findings alone when the settings cannot be used */
export function checkSettings(now: Date): { config: Config | null; findings: readonly Finding[] } {
  try {
    const config = commandConfig();

    return { config, findings: [checkMode(config), checkSecrets(config, now)] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const findings = error.problems.map((problem) =>
      fail('settings', problem, 'Set it in the environment or in .env.'),
    );

    return { config: null, findings };
  }
}

function checkMode({ isProduction, host }: Config): Finding {
  const isLocal = ['127.0.0.1', '::1', 'localhost'].includes(host);
  if (isProduction || isLocal) {
    return ok('settings', `They can be used, in ${isProduction ? 'production' : 'development'}.`);
  }
  const advice =
    'Set NODE_ENV=production where others can reach it: cookies then travel by https alone.';

  return warn('settings', `HOST=${host} is open to others, in development.`, advice);
}

function checkSecrets({ session: { secrets }, databaseUrl }: Config, now: Date): Finding {
  const file = secretFile(secretFolder(databaseUrl));
  if (secrets.length === 0) {
    return ok('secrets', `None yet: the first start generates one, and keeps it in ${file}.`);
  }
  if (secrets.length === 1 && readText(file) === secrets[0]) {
    const age = now.getTime() - statSync(file).mtimeMs;
    const message = `One, generated ${Math.max(0, Math.floor(age / DAY))} days ago, is kept in ${file}.`;
    return age > OLD_AGE
      ? warn('secrets', message, `Delete the file and restart; everybody has to log in again.`)
      : ok('secrets', message);
  }
  if (secrets.length > 2) {
    const advice = 'Keep the first two: an older one only helps whoever has found it.';
    return warn('secrets', `SESSION_SECRETS holds ${secrets.length}.`, advice);
  }

  return ok(
    'secrets',
    secrets.length === 1
      ? 'SESSION_SECRETS holds one.'
      : 'SESSION_SECRETS holds two: the first signs, the second still verifies.',
  );
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
