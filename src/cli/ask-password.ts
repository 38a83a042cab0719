import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
/**
 * A new password, from whoever sits at the terminal or from standard input. Never from an argument: those
 * stand in the list of processes and in the history of the shell.
 */
import { buffer } from 'node:stream/consumers';

import { OperatorError } from '../operator-error.ts';

export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Takes the questions, so that standard output holds results only. */
  readonly stderr: NodeJS.WritableStream;
}

/** @throws {OperatorError} when none is given, or two different ones are */
export async function askPassword({ stdin, stderr }: Terminal = process): Promise<string> {
  return stdin.isTTY === true ? askTwice(stdin, stderr) : readOne(stdin);
}

async function askTwice(
  stdin: NodeJS.ReadableStream,
  stderr: NodeJS.WritableStream,
): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // As a terminal, readline takes the echo over, and gives it to `nowhere`.
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
  const typed = lines[Symbol.asyncIterator]();

  async function ask(question: string): Promise<string> {
    stderr.write(question);
    const { value, done } = await typed.next();
    stderr.write('\n');
    if (done) {
      throw new OperatorError('No password was given: nothing was changed.');
    }

    return value;
  }

  try {
    const first = await ask('New password: ');
    if (first !== (await ask('The same again: '))) {
      throw new OperatorError('These are two different passwords: nothing was changed.');
    }

    return first;
  } finally {
    lines.close();
  }
}

async function readOne(stdin: NodeJS.ReadableStream): Promise<string> {
  const password = decoded(await buffer(stdin)).replace(/\r?\n$/u, '');
  if (password === '' || password.includes('\n')) {
    throw new OperatorError('Give the password as the one line of standard input.');
  }

  return password;
}

/** Bytes of another encoding would become a password that nobody can type. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new OperatorError('The password on standard input is not UTF-8.', { cause: error });
  }
}
