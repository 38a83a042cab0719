import { expect, test } from 'vitest';

import { createTestApp, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { NOTE_CHANGED, PUBLIC_NOTE_CHANGED, subscribe } from '../support/stream.ts';

async function write(client: TestClient, title: string, visibility = 'PUBLIC'): Promise<string> {
  const { data } = await client.query(
    `mutation ($input: CreateNoteInput!) {
      createNote(input: $input) { ... on CreateNoteSuccess { note { id } } }
    }`,
    { input: { title, visibility } },
  );

  return data.createNote.note.id;
}

async function update(client: TestClient, id: string, changes: object): Promise<void> {
  await client.query(
    'mutation ($input: UpdateNoteInput!) { updateNote(input: $input) { __typename } }',
    { input: { id, ...changes } },
  );
}

async function remove(client: TestClient, id: string): Promise<void> {
  await client.query('mutation ($id: ID!) { deleteNote(input: { id: $id }) { __typename } }', {
    id,
  });
}

async function logIn(app: TestApp, username: string): Promise<TestClient> {
  return app.as(await app.createUser(username));
}

test('a visitor sees a public note come, change and go', async () => {
  await using app = await createTestApp();
  const ada = await logIn(app, 'ada');
  await using stream = await subscribe(app.client(), PUBLIC_NOTE_CHANGED);

  const id = await write(ada, 'open');
  expect(await stream.next()).toEqual({
    data: {
      publicNoteChanged: {
        __typename: 'NoteSaved',
        isNew: true,
        note: { id, title: 'open', author: { username: 'ada' } },
      },
    },
  });
  await update(ada, id, { title: 'changed' });
  expect(await stream.next()).toMatchObject({
    data: { publicNoteChanged: { isNew: false, note: { title: 'changed' } } },
  });
  await remove(ada, id);
  expect(await stream.next()).toEqual({
    data: { publicNoteChanged: { __typename: 'NoteDeleted', deletedNoteId: id } },
  });
});

test('[F1] what happens to a private note is told to its author alone', async () => {
  await using app = await createTestApp();
  const [ada, eve] = [await logIn(app, 'ada'), await logIn(app, 'eve')];
  await using everybodys = await subscribe(app.client(), PUBLIC_NOTE_CHANGED);
  await using eves = await subscribe(eve, NOTE_CHANGED);

  const secret = await write(ada, 'secret', 'PRIVATE');
  await update(ada, secret, { title: 'still secret' });
  await remove(ada, secret);
  const ofEve = await write(eve, 'open');

  expect(await everybodys.next()).toMatchObject({
    data: { publicNoteChanged: { note: { id: ofEve } } },
  });
  expect(await eves.next()).toMatchObject({ data: { noteChanged: { note: { id: ofEve } } } });
});

test('[F1] a note that becomes private is a deleted one to others, and a changed one to its author', async () => {
  await using app = await createTestApp();
  const ada = await logIn(app, 'ada');
  const id = await write(ada, 'open');
  await using everybodys = await subscribe(app.client(), PUBLIC_NOTE_CHANGED);
  await using adas = await subscribe(ada, NOTE_CHANGED);

  await update(ada, id, { visibility: 'PRIVATE', title: 'secret' });
  expect(await everybodys.next()).toEqual({
    data: { publicNoteChanged: { __typename: 'NoteDeleted', deletedNoteId: id } },
  });
  expect(await adas.next()).toMatchObject({
    data: { noteChanged: { isNew: false, note: { visibility: 'PRIVATE' } } },
  });

  await update(ada, id, { visibility: 'PUBLIC' });
  expect(await everybodys.next()).toMatchObject({
    data: { publicNoteChanged: { __typename: 'NoteSaved', isNew: true } },
  });
});

test('[F1] a note that is private by the time of its delivery is not delivered', async () => {
  await using app = await createTestApp();
  const ada = await logIn(app, 'ada');
  await using stream = await subscribe(app.client(), PUBLIC_NOTE_CHANGED);

  const id = await write(ada, 'a slip');
  await write(ada, 'another one');
  await Promise.all([update(ada, id, { visibility: 'PRIVATE', title: 'secret' }), stream.next()]);

  const rest = JSON.stringify([await stream.next(), await stream.next()]);
  expect(rest).not.toContain('secret');
});

test('an account that is deleted takes its notes along', async () => {
  await using app = await createTestApp();
  const ada = await logIn(app, 'ada');
  const id = await write(ada, 'open');
  const author = (await ada.query('{ viewer { id } }')).data.viewer.id;
  await using stream = await subscribe(app.client(), PUBLIC_NOTE_CHANGED);

  await ada.query('mutation { deleteAccount(input: { username: "ada" }) { __typename } }');

  expect(id).not.toBe('');
  expect(await stream.next()).toEqual({
    data: { publicNoteChanged: { __typename: 'AuthorDeleted', deletedAuthorId: author } },
  });
});

test('what is refused, in conflict or rolled back is not told', async () => {
  await using app = await createTestApp();
  const [ada, eve] = [await logIn(app, 'ada'), await logIn(app, 'eve')];
  const id = await write(ada, 'open');
  await using stream = await subscribe(app.client(), PUBLIC_NOTE_CHANGED);

  await update(ada, id, { title: 'x', expectedVersion: 7 });
  await update(eve, id, { title: 'x' });
  await remove(eve, id);
  await write(eve, 'last');

  expect(await stream.next()).toMatchObject({
    data: { publicNoteChanged: { note: { title: 'last' } } },
  });
});
