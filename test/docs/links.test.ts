/** What the documents refer to is there. */
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { expect, test } from 'vitest';

import { ROOT } from '../support/program.ts';

/** The files that a document links to, from the project's folder. */
async function linksOf(document: string): Promise<string[]> {
  const text = await readFile(join(ROOT, document), 'utf8');
  const links = text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/gu);

  return Array.from(links, ([, path = '']) => join(dirname(document), path));
}

test('every file that a document names is there', async () => {
  const documents = [
    'SECURITY.md',
    ...(await Array.fromAsync(glob('docs/**/*.md', { cwd: ROOT }))),
  ];
  const links = new Set((await Promise.all(documents.map(linksOf))).flat());

  expect(links.size).toBeGreaterThan(0);
  expect([...links].filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
});
