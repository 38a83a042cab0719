/** The page of what is shown is made of the tests' names, and hides nothing. */
import { readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { securitySections } from '../support/security-requirements.ts';
import {
  findSecurityTests,
  SECURITY_TABLE,
  securityPage,
  type SecurityTest,
} from '../support/security-table.ts';

const requirements = securitySections.flatMap((section) => section.requirements);

/** The row of a requirement, as it would be with these tests. */
function rowOf(id: string, tests: readonly SecurityTest[]): string {
  const rows = securityPage(tests).split('\n');

  return rows.find((row) => row.startsWith(`| ${id} |`)) ?? '';
}

test('docs/security.md is what the requirements and the tests make it', async () => {
  const page = await readFile(SECURITY_TABLE, 'utf8');

  expect(page, 'To bring it up to date: npm run security').toBe(
    securityPage(await findSecurityTests()),
  );
});

test('every requirement that a test names exists', async () => {
  const known = new Set(requirements.map(({ id }) => id));
  const named = (await findSecurityTests()).flatMap(({ ids, name }) => ids.map((id) => [id, name]));

  expect(named.filter(([id = '']) => !known.has(id))).toEqual([]);
});

test('every requirement has an id of its section, and the ids are different', () => {
  const ids = requirements.map(({ id }) => id);
  const expected = securitySections.flatMap((section) =>
    section.requirements.map((_, index) => `${section.letter}${index + 1}`),
  );

  expect(ids).toEqual(expected);
});

test('a reason for having no test goes when there is one', async () => {
  const shown = new Set((await findSecurityTests()).flatMap(({ ids }) => ids));
  const withReason = requirements.filter(({ reason }) => reason !== undefined);

  expect(withReason.filter(({ id }) => shown.has(id))).toEqual([]);
});

test('a requirement without a test is printed as open, or with its reason', () => {
  expect(rowOf('A1', [])).toContain('**open**');
  expect(rowOf('H3', [])).toContain('No test. It takes minutes');
});

test('a test stands with each requirement that it shows, and with no other', () => {
  const file = 'test/session/any.test.ts';
  const shown = { ids: ['A1', 'B2'], name: 'a <b> | is %s', file };

  const link = '[session/any.test.ts](../test/session/any.test.ts)';
  expect(rowOf('A1', [shown])).toContain(String.raw`${link}<br>· a \<b> \| is %s |`);
  expect(rowOf('B2', [shown])).toContain(link);
  expect(rowOf('A2', [shown])).not.toContain(link);
});
