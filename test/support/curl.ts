/** As much of curl as the README uses, so that its commands run where there is no curl. */
import { parseArgs } from 'node:util';

import type { TestApp } from './app.ts';

/** @returns runs a command, and gives what it would print */
export function createCurl(app: TestApp): (command: string) => Promise<string> {
  const withJar = app.client();

  return async (command) => {
    const [, ...args] = wordsOf(command);
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        silent: { type: 'boolean', short: 's' },
        cookie: { type: 'string', short: 'b' },
        'cookie-jar': { type: 'string', short: 'c' },
        header: { type: 'string', short: 'H', multiple: true },
        json: { type: 'string' },
      },
    });
    const client = values.cookie === undefined ? app.client() : withJar;
    const headers = (values.header ?? []).map((header) => header.split(': ', 2));
    const { pathname } = new URL(positionals[0] ?? '');

    const response = await client.request(pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...Object.fromEntries(headers) },
      body: values.json ?? '',
    });

    return response.text();
  };
}

/** The words of a shell command, of which some are in single quotes. */
function wordsOf(command: string): string[] {
  return Array.from(
    command.matchAll(/'([^']*)'|(\S+)/gu),
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
}
