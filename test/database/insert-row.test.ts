import { expect, test } from 'vitest';

import type { Change } from '../../src/database/changes.ts';
import { insertRow } from '../../src/database/insert-row.ts';
import { transact } from '../../src/database/transact.ts';
import { PUBLIC_NOTES } from '../../src/notes/note-change.ts';
import { newNote, Note } from '../../src/notes/note.ts';
import { createTestApp } from '../support/app.ts';
import { storedNotes } from '../support/notes.ts';

const content = { title: "It's", body: '? $1 "\n\\', visibility: 'PUBLIC' } as const;

test('a row is stored as an entity is', async () => {
  await using app = await createTestApp();
  const { id } = await app.createUser('ada');
  const note = newNote(id, content, new Date('2026-07-01T12:00:00.123Z'));

  await insertRow({ em: app.orm.em.fork() }, Note, note);

  expect(await storedNotes(app)).toEqual([note]);
});

test('what was stopped stores nothing', async () => {
  await using app = await createTestApp();
  const { id } = await app.createUser('ada');
  const stopped = { em: app.orm.em.fork(), signal: AbortSignal.abort(new Error('stopped')) };

  await expect(insertRow(stopped, Note, newNote(id, content, app.clock()))).rejects.toThrow(
    'stopped',
  );

  expect(await storedNotes(app)).toEqual([]);
});

test('a transaction that fails takes its rows with it, and nobody is told of them', async () => {
  await using app = await createTestApp();
  const { id } = await app.createUser('ada');
  const told: string[] = [];
  const stop = await app.changes.listen([PUBLIC_NOTES], {
    onChange: (change) => told.push(change.id),
    onGap: () => {},
  });
  const [undone, kept] = [
    newNote(id, content, app.clock()),
    newNote(id, content, app.clock()),
  ] as const;

  const failing = transact(app.orm.em.fork(), async (em) => {
    await insertRow({ em }, Note, undone);
    await app.changes.publish(em, changeOf(undone));
    throw new Error('failed');
  });
  await expect(failing).rejects.toThrow('failed');
  await transact(app.orm.em.fork(), async (em) => {
    await insertRow({ em }, Note, kept);
    await app.changes.publish(em, changeOf(kept));
  });

  expect(await storedNotes(app)).toMatchObject([{ id: kept.id }]);
  await expect.poll(() => told).toEqual([kept.id]);
  stop();
});

function changeOf({ id }: { readonly id: string }): Change {
  return { topic: PUBLIC_NOTES, kind: 'appeared', id };
}
