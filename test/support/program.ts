import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The project's own folder. */
export const ROOT = join(import.meta.dirname, '../..');

export const MAIN = join(ROOT, 'src/main.js');
export const CLI = join(ROOT, 'src/cli/main.js');

export interface ProgramOptions {
  /** The working directory. */
  readonly directory: string;
  /** All that the program finds in its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A program that has ended. */
export interface ProgramResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts Node. What it prints can be read from its pipes; it does not outlive the tests. */
export function spawnNode(args: readonly string[], { directory, env = {} }: ProgramOptions) {
  const child = spawn(process.execPath, args, {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

  function kill(): void {
    child.kill('SIGKILL');
  }
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));

  return child;
}

/** Runs a program of Node's to its end. */
export async function runNode(
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  const child = spawnNode(args, options);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    exitOf(child),
  ]);

  return { code, stdout, stderr };
}

/** The exit code; null when a signal ended it. */
export async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    await once(child, 'exit');
  }

  return child.exitCode;
}
