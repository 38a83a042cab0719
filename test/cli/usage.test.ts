import { execFile, spawnSync } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { promisify } from 'node:util';

import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';

import manifest from '../../package.json' with { type: 'json' };
import { reportFailure } from '../../src/cli/failure.ts';
import { createProgram } from '../../src/cli/program.ts';
import { createFolder } from '../support/folder.ts';
import { createOperator } from '../support/operator.ts';
import { CLI, exitOf, spawnNode } from '../support/program.ts';

const root = join(import.meta.dirname, '../..');

function allOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();

  return help;
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

describe('help', { timeout: 120_000 }, () => {
  const leaves = allOf(createProgram())
    .filter(({ commands }) => commands.length === 0)
    .map((command) => ({ path: pathOf(command), command }));

  test.each(leaves)('$path has a description, and an example of itself', ({ path, command }) => {
    expect(command.description()).not.toBe('');
    expect(helpOf(command)).toContain(`\nExample:\n  $ npx ${path}`);
  });

  test.each(leaves.filter(({ path }) => /(?:list|status|doctor)$/u.test(path)))(
    '$path has --json',
    ({ command }) => {
      expect(command.options.map(({ long }) => long)).toContain('--json');
    },
  );

  test('it is no failure to ask for it', async () => {
    await using operator = await createOperator({ isMigrated: false });
    const { code, stdout, stderr } = await operator.jotter(['user', 'create', '--help']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: jotter user create \[options\] <username>/u);
  });
});

/** What a process would print and end with, without the process. */
async function refusalOf(args: readonly string[]): Promise<{ code: number; stderr: string }> {
  let stderr = '';
  const program = createProgram();
  for (const command of allOf(program)) {
    command.configureOutput({ writeErr: (text) => (stderr += text) });
  }
  const [outcome] = await Promise.allSettled([program.parseAsync(args, { from: 'user' })]);

  return { code: outcome.status === 'rejected' ? reportFailure(outcome.reason) : 0, stderr };
}

describe.concurrent('wrong usage', { timeout: 120_000 }, () => {
  test.each([
    { args: [] },
    { args: ['user'] },
    { args: ['usr'] },
    { args: ['user', 'create'] },
    { args: ['user', 'list', '--everything'] },
    { args: ['session', 'end', 'ada'] },
    { args: ['session', 'end', 'ada', 'some-id', '--all'] },
  ])('ends with 2 and points to the help: $args', async ({ args }) => {
    const { code, stderr } = await refusalOf(args);

    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: |^Usage: /u);
    expect(stderr).toContain('--help');
  });

  test.each([
    { args: ['a walk in the long grass'] },
    { args: ['--password=a walk in the long grass'] },
    { args: ['--password', 'a walk in the long grass'] },
  ])('a password as an argument is refused, and not repeated: $args', async ({ args }) => {
    const { code, stderr } = await refusalOf(['user', 'create', 'ada', ...args]);

    expect(code).toBe(2);
    expect(stderr).not.toContain('long grass');
  });

  test('is told on standard error, without a stack', async () => {
    await using operator = await createOperator();
    const { code, stdout, stderr } = await operator.jotter(['user', 'create']);

    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: "error: missing required argument 'username'\nAdd --help to see how it is used.\n",
    });
  });
});

describe.concurrent('the settings', { timeout: 120_000 }, () => {
  test('.env is read, and the environment wins over it', async () => {
    await using operator = await createOperator({ isMigrated: false });
    await writeFile(join(operator.folder, '.env'), 'PORT=from-file\n');
    const fromFile = await operator.jotter(['user', 'list']);
    const fromEnvironment = await operator.jotter(['user', 'list'], { env: { PORT: '4000' } });

    expect(fromFile.stderr).toMatch(/^PORT must/u);
    expect(fromEnvironment.stderr).not.toContain('PORT');
  });

  test('settings that cannot be used end with 1, and are told as the server tells them', async () => {
    await using operator = await createOperator();
    const env = { NODE_ENV: 'production', SESSION_SECRETS: 'hunter2' };
    const { code, stdout, stderr } = await operator.jotter(['user', 'list'], { env });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^SESSION_SECRETS .* must be at least 32 bytes long/mu);
    expect(stderr).not.toMatch(/hunter2| {4}at /u);
  });
});

describe.concurrent('the program', { timeout: 120_000 }, () => {
  test('the bin of the package runs as it is', async () => {
    const { stdout } = await promisify(execFile)(join(root, manifest.bin.jotter), ['--help']);

    expect(stdout).toMatch(/^Usage: jotter /u);
    expect(await readFile(join(root, manifest.bin.jotter), 'utf8')).toMatch(
      /^#!\/usr\/bin\/env node\n/u,
    );
  });

  test('who stops reading in the midst of it makes no failure of it', async () => {
    await using folder = await createFolder();
    const program = spawnNode([CLI, '--help'], { directory: folder.path });
    program.stdout.destroy();
    const [stderr, code] = await Promise.all([textOf(program.stderr), exitOf(program)]);

    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  });

  test('output that cannot be written is a failure, told in a sentence', async () => {
    await using folder = await createFolder();
    const path = join(folder.path, 'output.txt');
    await writeFile(path, '');
    await using output = await open(path, 'r');
    const { status, stderr } = spawnSync(process.execPath, [CLI, 'secret'], {
      cwd: folder.path,
      stdio: ['ignore', output.fd, 'pipe'],
      encoding: 'utf8',
    });

    expect(status).toBe(1);
    expect(stderr).toMatch(/^Standard output cannot be written to: .+$/mu);
    expect(stderr).not.toContain('    at ');
    expect(await readFile(path, 'utf8')).toBe('');
  });

  test('secret gives another one each time, alone on standard output, and says how to rotate', async () => {
    await using operator = await createOperator({ isMigrated: false });
    const [one, other] = [await operator.jotter(['secret']), await operator.jotter(['secret'])];

    expect(one.stdout).toMatch(/^[\w-]{43}\n$/u);
    expect(other.stdout).not.toBe(one.stdout);
    expect(one.stderr).toContain('SESSION_SECRETS=<new>,<old>');
    const env = { SESSION_SECRETS: `${one.stdout.trim()},${other.stdout.trim()}` };
    expect((await operator.jotter(['migrate', 'up'], { env })).code).toBe(0);
  });
});
