/** The README keeps its promises: its commands are run, its answers compared, its table checked. */
import { readFile, stat } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { settingRows } from '../src/config/settings.ts';
import { createTestApp } from './support/app.ts';
import { createCurl } from './support/curl.ts';

const readme = await readFile('README.md', 'utf8');

/** A secret is shown as dots in the README, and taken from the answer before when a command needs it. */
const SECRET = /jot_[0-9a-f]+/u;
const DOTS = 'jot_…';

test('every curl command of the README gives the answer that stands beneath it', async () => {
  await using app = await createTestApp();
  const curl = createCurl(app);
  const pairs = Array.from(readme.matchAll(/```sh\n(curl .*?)```\s+```json\n(.*?)\n```/gsu));
  let secret = DOTS;

  for (const [, command = '', answer] of pairs) {
    const output = await curl(command.replace(DOTS, secret));
    secret = SECRET.exec(output)?.[0] ?? secret;
    expect(output.replace(SECRET, DOTS)).toBe(answer);
  }
  expect(pairs).toHaveLength(readme.match(/```sh/gu)?.length ?? 0);
});

test('the README lists every setting with its default and its meaning', () => {
  const [, table] = /<!-- settings -->\n(.*?)<!-- \/settings -->/su.exec(readme) ?? [];
  const rows = settingRows().map(
    (row) => `| \`${row.name}\` | ${row.default} | ${row.meaning} |\n`,
  );

  expect(table).toBe(`\n| Variable | Default | Meaning |\n|---|---|---|\n${rows.join('')}\n`);
});

test('every file that the README names is there', async () => {
  const links = Array.from(readme.matchAll(/\]\((?!http)([^)]+)\)/gu), ([, path = '']) => path);

  await expect(Promise.all(links.map(async (path) => stat(path)))).resolves.toHaveLength(
    links.length,
  );
});
