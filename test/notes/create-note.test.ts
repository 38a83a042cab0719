import { expect, test } from 'vitest';

import { Note } from '../../src/notes/note.ts';
import { createTestApp } from '../support/app.ts';
import { storedNotes } from '../support/notes.ts';

const CREATE = `mutation ($input: CreateNoteInput!) {
  createNote(input: $input) {
    __typename
    ... on CreateNoteSuccess {
      note { id title body visibility version createdAt updatedAt author { username } }
      noteEdge { cursor node { id } }
    }
    ... on InvalidInputError { code issues { path } }
  }
}`;

test('a new note is answered as it is stored', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);

  const { data, errors } = await ada.query(CREATE, {
    input: { title: 'Shopping', body: '- milk', visibility: 'PUBLIC' },
  });

  const now = app.clock();
  expect(errors).toEqual([]);
  expect(data.createNote).toMatchObject({
    __typename: 'CreateNoteSuccess',
    note: {
      title: 'Shopping',
      body: '- milk',
      visibility: 'PUBLIC',
      version: 1,
      createdAt: now.toISOString(),
      updatedAt: now.toISOString(),
      author: { username: 'ada' },
    },
  });
  expect(await storedNotes(app)).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/u),
      author: user.id,
      title: 'Shopping',
      body: '- milk',
      visibility: 'PUBLIC',
      version: 1,
      createdAt: now,
      updatedAt: now,
    },
  ]);
});

test('a note is private and empty unless its author says otherwise', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const { data } = await ada.query(CREATE, { input: { title: 'Shopping' } });

  expect(data.createNote.note).toMatchObject({ body: '', visibility: 'PRIVATE' });
  expect(await storedNotes(app)).toMatchObject([{ body: '', visibility: 'PRIVATE' }]);
});

test('the edge of a new note stands at the head of the list', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await ada.query(CREATE, { input: { title: 'Older' } });

  const { data } = await ada.query(CREATE, { input: { title: 'Newer' } });
  const list = await ada.query('{ viewer { notes { edges { cursor node { id } } } } }');

  expect(data.createNote.noteEdge).toEqual(list.data.viewer.notes.edges[0]);
  expect(data.createNote.noteEdge.node.id).toBe(data.createNote.note.id);
});

test('one operation may create several notes, in their order', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  await ada.query(`mutation {
    a: createNote(input: { title: "1" }) { __typename }
    b: createNote(input: { title: "" }) { __typename }
    c: createNote(input: { title: "2" }) { __typename }
  }`);

  expect(await storedNotes(app)).toMatchObject([{ title: '1' }, { title: '2' }]);
});

/** One character for its reader, two for UTF-16, four for UTF-8. */
const NOTEBOOK = '\u{1F4D3}';

const accepted: Record<string, object> = {
  'a title of 1 character': { title: 'x' },
  'a title of 200 characters': { title: 'x'.repeat(200) },
  'a title of 200 emoji': { title: NOTEBOOK.repeat(200) },
  'a title of joined emoji': { title: '👩‍👩‍👧‍👦' },
  'a title of a flag with tags': { title: '🏴󠁧󠁢󠁳󠁣󠁴󠁿' },
  'a title with a joiner between letters': { title: 'می‌خواهم' },
  'a title from right to left': { title: '\u200Fשלום' },
  'a title of one letter among blanks': { title: '\u200B\u200Bx' },
  'a title with blanks around it': { title: '  x  ' },
  'a title of two lines': { title: 'a\nb' },
  'a body of 100,000 characters': { title: 'x', body: 'x'.repeat(100_000) },
  'a body of 100,000 emoji': { title: 'x', body: NOTEBOOK.repeat(100_000) },
  'a body of blanks': { title: 'x', body: ' \n\t' },
};

test.for(Object.entries(accepted))('%s is kept as it is', async ([, input]) => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const { data } = await ada.query(CREATE, { input });

  expect(data.createNote.note).toMatchObject(input);
  expect(await storedNotes(app)).toMatchObject([input]);
});

const refused: Record<string, readonly [input: object, ...fields: string[]]> = {
  'an empty title': [{ title: '' }, 'title'],
  'a title of blanks': [{ title: ' \t\n\u00A0\u3000' }, 'title'],
  'a title of characters without width': [{ title: '\u200B\u200D\uFEFF\u2060\u00AD' }, 'title'],
  'a title of marks of direction': [{ title: '\u202E\u2066\u200F\u061C' }, 'title'],
  'a title of fillers': [{ title: '\u3164\u115F\uFFA0\u2800\u034F' }, 'title'],
  'a title of controls': [{ title: '\u0001\u007F\u0085' }, 'title'],
  'a title of selectors and tags': [{ title: '\uFE0F\u{E0100}\u{E0041}' }, 'title'],
  'a title of 201 characters': [{ title: 'x'.repeat(201) }, 'title'],
  'a title of 201 emoji': [{ title: NOTEBOOK.repeat(201) }, 'title'],
  'a title with a NUL': [{ title: 'a\0b' }, 'title'],
  'a title with half a surrogate pair': [{ title: 'a\uD83Db' }, 'title'],
  'a title with the other half': [{ title: 'a\uDCD3b' }, 'title'],
  'a body of 100,001 characters': [{ title: 'x', body: 'x'.repeat(100_001) }, 'body'],
  'a body of 100,001 emoji': [{ title: 'x', body: NOTEBOOK.repeat(100_001) }, 'body'],
  'a body with a NUL': [{ title: 'x', body: '\0' }, 'body'],
  'a body with half a surrogate pair': [{ title: 'x', body: '\uD800' }, 'body'],
  'a bad title and a bad body': [{ title: '', body: '\0' }, 'title', 'body'],
};

test.for(Object.entries(refused))(
  '%s is refused, and nothing is stored',
  async ([, [input, ...fields]]) => {
    await using app = await createTestApp();
    const ada = await app.as(await app.createUser('ada'));

    const { data, errors } = await ada.query(CREATE, { input });

    expect(errors).toEqual([]);
    expect(data.createNote).toEqual({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      issues: fields.map((field) => ({ path: [field] })),
    });
    expect(await app.orm.em.fork().count(Note)).toBe(0);
  },
);

test('a refused input is not repeated', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const { text } = await ada.query(
    'mutation ($input: CreateNoteInput!) { createNote(input: $input) { ... on InvalidInputError { message issues { message } } } }',
    { input: { title: 'swordfish\0', body: 'swordfish\0' } },
  );

  expect(text).toContain('issues');
  expect(text).not.toContain('swordfish');
});
