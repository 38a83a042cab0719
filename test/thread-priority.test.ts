import { readdir, readFile } from 'node:fs/promises';
import { platform } from 'node:os';

import { expect, test } from 'vitest';

import { startServer } from './support/server.ts';

test('[B7] the threads that hash passwords give way to the one that answers, where threads have a priority', async () => {
  await using server = await startServer();
  const priorities = platform() === 'linux' ? await prioritiesOf(server.pid) : expected;

  expect(priorities).toEqual(expected);
});

const expected = { answers: [0], hashes: [5, 5, 5, 5] };

/** Of the kinds of threads, the field `nice` of each (proc(5)). */
async function prioritiesOf(pid: number) {
  const answers: number[] = [];
  const hashes: number[] = [];
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    const [, name, rest = ''] = /\((.*)\) (.*)/u.exec(stat) ?? [];
    const nice = Number(rest.split(' ')[16]);
    if (name === 'libuv-worker') {
      hashes.push(nice);
    } else if (thread === String(pid)) {
      answers.push(nice);
    }
  }

  return { answers, hashes };
}
