import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { isBlank } from '../../src/graphql/input.ts';
import { Note } from '../../src/notes/note.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { brokenText, injectionCorpus } from '../support/injection-corpus.ts';
import { storedNotes } from '../support/notes.ts';

test.for(injectionCorpus)('[D2] a text comes back as it was: %j', async (text) => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  await expectVerbatim(app, ada, text);
});

test('[D2] a very long line comes back as it was', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  for (const unit of [`'`, `"`, '\\', '?', '%', '\u{1F4D3}', '\n']) {
    const body = unit.repeat(100_000);
    const { data } = await ada.query(CREATE, { title: 'x', body });
    expect(data.createNote.note.body === body).toBe(true);
  }
  expect((await storedNotes(app)).map(({ body }) => body.length)).toEqual([
    100_000, 100_000, 100_000, 100_000, 100_000, 200_000, 100_000,
  ]);
});

test('[D2] whatever text that is allowed comes back as it was', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const text = fc
    .oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }),
      fc
        .array(fc.constantFrom(...injectionCorpus), { minLength: 1, maxLength: 3 })
        .map((it) => it.join('')),
    )
    .filter((it) => it.isWellFormed() && !it.includes('\0') && !isBlank(it) && it.length <= 200);

  await fc.assert(
    fc.asyncProperty(text, async (it) => expectVerbatim(app, ada, it)),
    { numRuns: 25 },
  );
});

test('[D2] whatever text is not well-formed is refused by every argument', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await fc.assert(
    fc.asyncProperty(brokenText, async (it) => {
      const answers = [
        await ada.query(CREATE, { title: it }),
        await ada.query(CREATE, { title: 'x', body: it }),
      ];

      expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
      for (const { data } of answers) {
        expect(data).toMatchObject({ [Object.keys(data).join('')]: { code: 'INVALID_INPUT' } });
      }
    }),
    { numRuns: 30 },
  );
  expect(await app.orm.em.fork().count(Note)).toBe(0);
});

const CREATE = `mutation ($title: String!, $body: String! = "") {
  createNote(input: { title: $title, body: $body }) {
    ... on CreateNoteSuccess { note { id title body } }
    ... on UserError { code }
  }
}`;
const UPDATE = `mutation ($id: ID!, $text: String!) {
  updateNote(input: { id: $id, title: $text, body: $text }) {
    ... on UpdateNoteSuccess { note { title body } }
  }
}`;
/** Stores a text by every way in, and reads it by every way out. */
async function expectVerbatim(app: TestApp, client: TestClient, text: string): Promise<void> {
  const created = await client.query(CREATE, { title: text, body: text });
  expect(created.data.createNote.note).toMatchObject({ title: text, body: text });

  const { id } = created.data.createNote.note;
  const other = (await client.query(CREATE, { title: 'other' })).data.createNote.note;
  const updated = await client.query(UPDATE, { id: other.id, text });
  expect(updated.data.updateNote.note).toEqual({ title: text, body: text });

  const read = await client.query('query ($id: ID!) { note(id: $id) { title body } }', { id });
  expect(read.data.note).toEqual({ title: text, body: text });

  const rows = (await storedNotes(app)).slice(-2);
  expect(rows.map(({ title, body }) => [title, body])).toEqual([
    [text, text],
    [text, text],
  ]);
}
