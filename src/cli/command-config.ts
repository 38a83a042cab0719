import { loadConfig, type Config } from '../config.ts';

/** The settings, for a command. It signs nothing, and leaves it to the server to make a session secret. */
export function commandConfig(): Config {
  return loadConfig(undefined, { keepsSecret: false });
}
