import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import { register } from '../support/account.ts';
import type { TestClient } from '../support/client.ts';
import { createFolder } from '../support/folder.ts';
import { startServer } from '../support/server.ts';

const ROUNDS = 5;
const WRITERS = 4;

test('[D1] a server that is killed in the midst of writes keeps each acknowledged one, and none in part', async () => {
  await using folder = await createFolder();
  const directory = folder.path;
  const acknowledged: string[] = [];
  let cookie: string | null = null;

  for (let round = 0; round < ROUNDS; round += 1) {
    await using server = await startServer({}, { directory });
    const client = server.client();
    if (cookie === null) {
      await register(client);
      cookie = await client.cookie();
    } else {
      await client.setCookie(cookie);
    }
    const writers = Array.from({ length: WRITERS }, async (_, writer) =>
      writeUntilGone(client, `${round}.${writer}`, acknowledged),
    );
    const before = acknowledged.length;
    await expect.poll(() => acknowledged.length - before).toBeGreaterThan(10);
    await sleep(Math.random() * 300);

    expect(await server.stop('SIGKILL')).toBeNull();
    await Promise.all(writers);
  }

  const database = new Database(join(directory, 'jotter.db'), { readonly: true });
  const notes = database.prepare<[], StoredNote>('select title, body, version from note').all();
  const integrity = database.pragma('integrity_check', { simple: true });
  database.close();
  const titles = new Set(notes.map(({ title }) => title));

  expect(integrity).toBe('ok');
  expect(titles.size).toBe(notes.length);
  expect(acknowledged.filter((title) => !titles.has(title))).toEqual([]);
  expect(notes.filter(({ title, body }) => body !== bodyFor(title))).toEqual([]);
  // Each writer had at most one answer outstanding when its server was killed.
  expect(notes.length - acknowledged.length).toBeLessThanOrEqual(ROUNDS * WRITERS);
});

interface StoredNote {
  readonly title: string;
  readonly body: string;
}

/** Longer than a page of the database, so that a part of it could be missing. */
function bodyFor(title: string): string {
  return `${title} `.repeat(2000);
}

/** Takes down what the server has confirmed. */
async function writeUntilGone(client: TestClient, name: string, acknowledged: string[]) {
  for (let count = 0; ; count += 1) {
    const title = `${name}.${count}`;
    const answer = await client
      .query(`mutation ($input: CreateNoteInput!) { createNote(input: $input) { __typename } }`, {
        input: { title, body: bodyFor(title), visibility: 'PRIVATE' },
      })
      .catch(() => null);
    if (answer === null) return;
    expect(answer.data.createNote.__typename).toBe('CreateNoteSuccess');
    acknowledged.push(title);
  }
}
