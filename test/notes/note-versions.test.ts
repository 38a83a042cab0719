import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import { storedNotes, storeNote } from '../support/notes.ts';

const UPDATE = `mutation ($id: ID!, $title: String!, $expectedVersion: Int) {
  updateNote(input: { id: $id, title: $title, expectedVersion: $expectedVersion }) {
    __typename
    ... on UpdateNoteSuccess { note { title version } }
    ... on UserError { code }
    ... on ConflictError { current { id title version author { username } } }
  }
}`;

test('the version grows by one with every change', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user);

  for (const version of [2, 3, 4]) {
    const { data } = await ada.query(UPDATE, { id, title: 'the same' });
    expect(data.updateNote.note.version).toBe(version);
  }

  expect(await storedNotes(app)).toMatchObject([{ version: 4 }]);
});

test('a change of the expected version is stored', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user);

  const { data } = await ada.query(UPDATE, { id, title: 'Baking', expectedVersion: 1 });

  expect(data.updateNote.note).toEqual({ title: 'Baking', version: 2 });
  expect(await storedNotes(app)).toMatchObject([{ title: 'Baking', version: 2 }]);
});

test.for([0, 2, -1, 2_147_483_647])(
  'a change of version %i, which is not this one, is a conflict',
  async (expectedVersion) => {
    await using app = await createTestApp();
    const user = await app.createUser('ada');
    const ada = await app.as(user);
    const id = await storeNote(app, user, { title: 'Shopping' });
    const before = await storedNotes(app);

    const { data, errors } = await ada.query(UPDATE, { id, title: 'Baking', expectedVersion });

    expect(errors).toEqual([]);
    expect(data.updateNote).toEqual({
      __typename: 'ConflictError',
      code: 'CONFLICT',
      current: { id, title: 'Shopping', version: 1, author: { username: 'ada' } },
    });
    expect(await storedNotes(app)).toEqual(before);
  },
);

test('of parallel changes of one version, one wins and the others see it', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user, { title: 'Shopping' });
  const titles = Array.from({ length: 8 }, (_, index) => `change ${index}`);

  const answers = await Promise.all(
    titles.map(async (title) => ada.query(UPDATE, { id, title, expectedVersion: 1 })),
  );

  const results = answers.map(({ data }) => data.updateNote);
  const [winner, ...otherWinners] = results.filter((it) => it.__typename === 'UpdateNoteSuccess');
  const conflicts = results.filter((it) => it.__typename === 'ConflictError');
  expect(otherWinners).toEqual([]);
  expect(conflicts).toHaveLength(titles.length - 1);
  for (const { current } of conflicts) {
    expect(current).toMatchObject(winner.note);
  }
  expect(await storedNotes(app)).toMatchObject([winner.note]);
});

test('parallel changes that expect no version all land, one after the other', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user);
  const titles = Array.from({ length: 8 }, (_, index) => `change ${index}`);

  const answers = await Promise.all(titles.map(async (title) => ada.query(UPDATE, { id, title })));

  const notes = answers.map(({ data }) => data.updateNote.note);
  expect(notes.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([
    2, 3, 4, 5, 6, 7, 8, 9,
  ]);
  expect(await storedNotes(app)).toMatchObject([notes.find(({ version }) => version === 9)]);
});

test('parallel changes of different fields keep each other', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user);
  const change = 'mutation ($input: UpdateNoteInput!) { updateNote(input: $input) { __typename } }';

  await Promise.all([
    ada.query(change, { input: { id, title: 'Baking' } }),
    ada.query(change, { input: { id, body: '- flour' } }),
    ada.query(change, { input: { id, visibility: 'PUBLIC' } }),
  ]);

  expect(await storedNotes(app)).toMatchObject([
    { title: 'Baking', body: '- flour', visibility: 'PUBLIC', version: 4 },
  ]);
});

test('a change and a deletion at once end with the note gone, and no failure', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user);

  const answers = await Promise.all([
    ada.query(UPDATE, { id, title: 'Baking' }),
    ada.query('mutation ($id: ID!) { deleteNote(input: { id: $id }) { __typename } }', { id }),
    ada.query(UPDATE, { id, title: 'Cooking' }),
  ]);

  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  expect(answers[1].data.deleteNote.__typename).toBe('DeleteNoteSuccess');
  expect(await storedNotes(app)).toEqual([]);
});
