import { expect, test } from 'vitest';

import { Note } from '../../src/notes/note.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp } from '../support/app.ts';
import { storedNotes, storeNote, storeNotes } from '../support/notes.ts';

const DELETE = `mutation ($id: ID!) {
  deleteNote(input: { id: $id }) {
    __typename
    ... on DeleteNoteSuccess { deletedNoteId }
    ... on UserError { code }
  }
}`;

test('a deleted note is gone, and its id is answered', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const [id, kept] = await storeNotes(app, user, [{ title: 'Shopping' }, { title: 'Baking' }]);

  const { data, errors } = await ada.query(DELETE, { id });

  expect(errors).toEqual([]);
  expect(data.deleteNote).toEqual({ __typename: 'DeleteNoteSuccess', deletedNoteId: id });
  expect(await storedNotes(app)).toMatchObject([{ title: 'Baking' }]);

  const after = await ada.query(
    'query ($id: ID!) { note(id: $id) { id } node(id: $id) { id } viewer { notes { nodes { id } } } }',
    { id },
  );
  expect(after.data).toEqual({
    note: null,
    node: null,
    viewer: { notes: { nodes: [{ id: kept }] } },
  });
});

test('a note is deleted once: the second time it is not found', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user);

  const first = await ada.query(DELETE, { id });
  const second = await ada.query(DELETE, { id });

  expect(first.data.deleteNote.__typename).toBe('DeleteNoteSuccess');
  expect(second.data.deleteNote).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND' });
});

test('of parallel deletions of one note, one succeeds', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user);

  const answers = await Promise.all(
    Array.from({ length: 6 }, async () => ada.query(DELETE, { id })),
  );

  const typenames: string[] = answers.map(({ data }) => data.deleteNote.__typename);
  expect(typenames.toSorted()).toEqual([
    'DeleteNoteSuccess',
    ...Array.from({ length: 5 }, () => 'NotFoundError'),
  ]);
  expect(await storedNotes(app)).toEqual([]);
});

test('a deleted note cannot be changed in the same operation', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user);

  const { data } = await ada.query(
    `mutation ($id: ID!) {
      updateNote(input: { id: $id, title: "1" }) { __typename }
      deleteNote(input: { id: $id }) { __typename }
      again: updateNote(input: { id: $id, title: "2" }) { __typename }
    }`,
    { id },
  );

  expect(data).toEqual({
    updateNote: { __typename: 'UpdateNoteSuccess' },
    deleteNote: { __typename: 'DeleteNoteSuccess' },
    again: { __typename: 'NotFoundError' },
  });
  expect(await storedNotes(app)).toEqual([]);
});

test('the notes of a deleted user go with the user', async () => {
  await using app = await createTestApp();
  const ada = await app.createUser('ada');
  await storeNotes(app, ada, [{ visibility: 'PUBLIC' }, {}]);
  await storeNote(app, await app.createUser('bob'), { title: 'kept', visibility: 'PUBLIC' });

  await app.orm.em.fork().nativeDelete(User, { id: ada.id });

  expect(await storedNotes(app)).toMatchObject([{ title: 'kept' }]);
  expect((await app.client().query('{ notes { nodes { title } } }')).data.notes.nodes).toEqual([
    { title: 'kept' },
  ]);
  expect(await app.orm.em.fork().count(Note)).toBe(1);
});
