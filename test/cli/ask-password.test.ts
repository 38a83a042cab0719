import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import { describe, expect, test } from 'vitest';

import { askPassword } from '../../src/cli/ask-password.ts';

/** Types at a terminal: each answer when its question is there. */
function createTerminal(answers: readonly string[]) {
  const rawModes: boolean[] = [];
  const keyboard = new PassThrough();
  const stdin = Object.assign(keyboard, {
    isTTY: true,
    setRawMode: (isRaw: boolean) => rawModes.push(isRaw),
  });
  const stderr = new PassThrough();
  const screen = text(stderr);
  const left = [...answers];
  stderr.on('data', (chunk) => {
    if (String(chunk).endsWith(': ')) {
      keyboard.write(left.shift() ?? '');
    }
  });

  return { stdin, stderr, rawModes, screen };
}

async function ask(...answers: readonly string[]) {
  const terminal = createTerminal(answers);
  const [outcome] = await Promise.allSettled([askPassword(terminal)]);
  terminal.stderr.end();

  return { outcome, screen: await terminal.screen, rawModes: terminal.rawModes };
}

describe('at a terminal', () => {
  test('a password is asked for twice, and shown never', async () => {
    const { outcome, screen, rawModes } = await ask('grüße\r', 'grüße\r');

    expect(outcome).toEqual({ status: 'fulfilled', value: 'grüße' });
    expect(screen).toBe('New password: \nThe same again: \n');
    // The terminal echoes nothing in raw mode, and is itself again afterwards.
    expect(rawModes).toEqual([true, false]);
  });

  test.each([
    ['two different ones', ['one\r', 'other\r'], /two different/u],
    ['the key that brings back the last line', ['one\r', '\u001b[A\r'], /two different/u],
    ['Control-C', ['one\r', '\u0003'], /nothing was changed/u],
    ['Control-D', ['\u0004'], /nothing was changed/u],
  ])('%s changes nothing', async (_what, answers, message) => {
    const { outcome, rawModes } = await ask(...answers);

    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { name: 'OperatorError', message: expect.stringMatching(message) },
    });
    expect(rawModes.at(-1)).toBe(false);
  });
});

describe('on standard input', () => {
  async function read(bytes: string | Uint8Array): Promise<string> {
    const stdin = new PassThrough();
    stdin.end(bytes);

    return askPassword({ stdin, stderr: new PassThrough() });
  }

  test.each(['one line', 'one line\n', 'one line\r\n'])(
    'a password is what its line holds: %j',
    async (content) => {
      expect(await read(content)).toBe('one line');
    },
  );

  test('[B3] blanks at its ends belong to the password', async () => {
    expect(await read(' a password \n')).toBe(' a password ');
  });

  test.each([
    ['nothing', '', /the one line/u],
    ['an empty line', '\n', /the one line/u],
    ['two lines', 'one\nother\n', /the one line/u],
    ['another encoding', Buffer.from('caf\xe9', 'latin1'), /not UTF-8/u],
  ])('%s is refused', async (_what, content, message) => {
    await expect(read(content)).rejects.toMatchObject({
      name: 'OperatorError',
      message: expect.stringMatching(message),
    });
  });
});
