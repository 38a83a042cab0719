/** Writes `docs/security.md`, which is made of the requirements and the names of the tests: `npm run security`. */
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ROOT } from './program.ts';
import {
  securitySections,
  type SecurityRequirement,
  type SecuritySection,
} from './security-requirements.ts';

export const SECURITY_TABLE = join(ROOT, 'docs/security.md');

/** A test whose name says what it shows. */
export interface SecurityTest {
  /** The requirements that it shows. */
  readonly ids: readonly string[];
  /** Its name without them; the name of a test that runs for several cases is left as it stands. */
  readonly name: string;
  /** Its path, from the project's folder. */
  readonly file: string;
}

/** A text that begins with ids in brackets, such as `[A1] …`, `[A1, B2] …` or `[A1] [B2] …`. */
const NAME =
  /(?<quote>['"`])(?<ids>(?:\[[A-Z]\d+(?:, ?[A-Z]\d+)*\] )+)(?<name>(?:\\.|(?!\k<quote>).)+)\k<quote>/gu;

/** All tests that show a requirement, in the order of their files. */
export async function findSecurityTests(): Promise<SecurityTest[]> {
  const files = await Array.fromAsync(glob('test/**/*.test.ts', { cwd: ROOT }));
  const found = files.toSorted().map(async (file) => {
    const source = await readFile(join(ROOT, file), 'utf8');

    return Array.from(source.matchAll(NAME), ({ groups: { ids = '', name = '' } = {} }) => ({
      ids: ids.match(/[A-Z]\d+/gu) ?? [],
      name: name.replaceAll(/\\(.)/gu, '$1'),
      file,
    }));
  });

  return (await Promise.all(found)).flat();
}

/** The page as it should be. */
export function securityPage(tests: readonly SecurityTest[]): string {
  const requirements = securitySections.flatMap((section) => section.requirements);
  const open = requirements.filter((requirement) => isOpen(requirement, tests));
  const absent = requirements.filter(({ reason }) => reason !== undefined);

  return `# What holds, and what shows it

Written by \`npm run security\` from [the requirements](../test/support/security-requirements.ts) and the names of the
tests; a test fails when it is out of date. A test shows what its name says, and no more: what is
open is meant to hold, and nobody has shown it here. Numbers of ASVS are those of version 5.0. The trust model and advice for
operators are in [SECURITY.md](../SECURITY.md).

- With tests: ${requirements.length - open.length - absent.length} of ${requirements.length} requirements.
- **Open**, with neither a test nor a reason: ${listOf(open)}.
- Without a test for a reason that is stated: ${listOf(absent)}.

${securitySections.map((section) => sectionTable(section, tests)).join('\n')}`;
}

function isOpen({ id, reason }: SecurityRequirement, tests: readonly SecurityTest[]): boolean {
  return reason === undefined && !tests.some(({ ids }) => ids.includes(id));
}

function listOf(requirements: readonly SecurityRequirement[]): string {
  return requirements.map(({ id }) => id).join(', ') || 'none';
}

function sectionTable(
  { letter, title, requirements }: SecuritySection,
  tests: readonly SecurityTest[],
): string {
  const rows = requirements.map((requirement) => {
    const { id, holds, answersTo } = requirement;

    return `| ${id} | ${holds} | ${answersTo.join('<br>')} | ${shownBy(requirement, tests)} |\n`;
  });

  return `## ${letter}. ${title}

| | What holds | It answers to | What shows it |
|---|---|---|---|
${rows.join('')}`;
}

function shownBy(
  { id, reason, notYet }: SecurityRequirement,
  tests: readonly SecurityTest[],
): string {
  const byFile = Map.groupBy(
    tests.filter(({ ids }) => ids.includes(id)),
    ({ file }) => file,
  );
  const lines = Array.from(byFile, ([file, ofFile]) => {
    const names = ofFile.map(({ name }) => `<br>· ${escaped(name)}`).join('');

    return `[${file.replace(/^test\//u, '')}](../${file})${names}`;
  });
  if (lines.length === 0) {
    lines.push(reason === undefined ? '**open**: no test shows it yet' : `No test. ${reason}`);
  }
  if (notYet !== undefined) {
    lines.push(`*Not yet:* ${notYet}`);
  }

  return lines.join('<br>');
}

/** What Markdown would take for something else. */
function escaped(text: string): string {
  return text.replaceAll(/[\\|<*_[\]]/gu, String.raw`\$&`);
}

if (import.meta.main) {
  await writeFile(SECURITY_TABLE, securityPage(await findSecurityTests()));
}
