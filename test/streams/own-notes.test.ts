import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import { NOTE_CHANGED, subscribe } from '../support/stream.ts';

const CREATE = `mutation ($input: CreateNoteInput!) {
  createNote(input: $input) { ... on CreateNoteSuccess { note { id } } }
}`;
const UPDATE = 'mutation ($input: UpdateNoteInput!) { updateNote(input: $input) { __typename } }';
const DELETE = 'mutation ($input: DeleteNoteInput!) { deleteNote(input: $input) { __typename } }';

test('a note that is written, changed and deleted on one device is seen on the other', async () => {
  await using app = await createTestApp();
  const ada = await app.createUser('ada');
  const [phone, laptop] = [await app.as(ada), await app.as(ada)];
  await using stream = await subscribe(laptop, NOTE_CHANGED);

  const { data } = await phone.query(CREATE, { input: { title: 'Shopping' } });
  const { id } = data.createNote.note;
  expect(await stream.next()).toEqual({
    data: {
      noteChanged: {
        __typename: 'NoteSaved',
        isNew: true,
        note: { id, title: 'Shopping', visibility: 'PRIVATE', version: 1 },
      },
    },
  });

  await phone.query(UPDATE, { input: { id, visibility: 'PUBLIC' } });
  expect(await stream.next()).toMatchObject({
    data: { noteChanged: { isNew: false, note: { visibility: 'PUBLIC', version: 2 } } },
  });

  await phone.query(DELETE, { input: { id } });
  expect(await stream.next()).toEqual({
    data: { noteChanged: { __typename: 'NoteDeleted', deletedNoteId: id } },
  });
});
