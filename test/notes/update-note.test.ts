import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import { SECOND } from '../support/clock.ts';
import { storedNotes, storeNote } from '../support/notes.ts';

const UPDATE = `mutation ($input: UpdateNoteInput!) {
  updateNote(input: $input) {
    __typename
    ... on UpdateNoteSuccess { note { id title body visibility version createdAt updatedAt } }
    ... on UserError { code }
    ... on InvalidInputError { issues { path } }
    ... on ConflictError { current { id title body version } }
  }
}`;

test('a change is answered as it is stored', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const createdAt = app.clock();
  const id = await storeNote(app, user, { title: 'Shopping', body: '- milk' });
  app.clock.advance(SECOND);

  const { data } = await ada.query(UPDATE, {
    input: { id, title: 'Baking', body: '- flour', visibility: 'PUBLIC' },
  });

  const now = app.clock();
  const content = { title: 'Baking', body: '- flour', visibility: 'PUBLIC', version: 2 };
  expect(data.updateNote).toEqual({
    __typename: 'UpdateNoteSuccess',
    note: { id, ...content, createdAt: createdAt.toISOString(), updatedAt: now.toISOString() },
  });
  expect(await storedNotes(app)).toMatchObject([{ ...content, createdAt, updatedAt: now }]);
});

const parts = [{ title: 'Baking' }, { body: '' }, { visibility: 'PUBLIC' }];

test.for(parts)('what is not given stays as it is: only %j', async (change) => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const content = { title: 'Shopping', body: '- milk', visibility: 'PRIVATE' as const };
  const id = await storeNote(app, user, content);

  const { data } = await ada.query(UPDATE, { input: { id, ...change } });

  expect(data.updateNote.note).toMatchObject({ ...content, ...change, version: 2 });
  expect(await storedNotes(app)).toMatchObject([{ ...content, ...change, version: 2 }]);
});

test('a null is the same as nothing given', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user, { body: '- milk' });

  const { data } = await ada.query(UPDATE, {
    input: { id, title: 'Baking', body: null, visibility: null, expectedVersion: null },
  });

  const content = { title: 'Baking', body: '- milk', visibility: 'PRIVATE', version: 2 };
  expect(data.updateNote.note).toMatchObject(content);
  expect(await storedNotes(app)).toMatchObject([content]);
});

const empty = [{}, { title: null, body: null, visibility: null }, { expectedVersion: 1 }];

test.for(empty)('a change of nothing is refused: %j', async (change) => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user);

  const { data } = await ada.query(UPDATE, { input: { id, ...change } });

  expect(data.updateNote).toEqual({
    __typename: 'InvalidInputError',
    code: 'INVALID_INPUT',
    issues: [{ path: [] }],
  });
  expect(await storedNotes(app)).toMatchObject([{ version: 1 }]);
});

const refused: Record<string, readonly [change: object, ...fields: string[]]> = {
  'an empty title': [{ title: '' }, 'title'],
  'a title of blanks': [{ title: ' ' }, 'title'],
  'a title of 201 characters': [{ title: 'x'.repeat(201) }, 'title'],
  'a title with a NUL': [{ title: '\0' }, 'title'],
  'a title with half a surrogate pair': [{ title: '\uDFFF' }, 'title'],
  'a body of 100,001 characters': [{ body: 'x'.repeat(100_001) }, 'body'],
  'a body with a NUL': [{ body: 'a\0' }, 'body'],
  'a body with half a surrogate pair': [{ body: '\uD800' }, 'body'],
  'a bad title and a bad body': [{ title: '', body: '\0' }, 'title', 'body'],
};

test.for(Object.entries(refused))(
  '%s is refused, and nothing changes',
  async ([, [change, ...fields]]) => {
    await using app = await createTestApp();
    const user = await app.createUser('ada');
    const ada = await app.as(user);
    const id = await storeNote(app, user);
    const before = await storedNotes(app);

    const { data } = await ada.query(UPDATE, { input: { id, ...change } });

    expect(data.updateNote).toEqual({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      issues: fields.map((field) => ({ path: [field] })),
    });
    expect(await storedNotes(app)).toEqual(before);
  },
);

test('a note that is made private again is hidden from everybody else', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user, { visibility: 'PUBLIC' });
  const read = 'query ($id: ID!) { note(id: $id) { id } notes { nodes { id } } }';

  expect((await app.client().query(read, { id })).data).toEqual({
    note: { id },
    notes: { nodes: [{ id }] },
  });

  await ada.query(UPDATE, { input: { id, visibility: 'PRIVATE' } });

  expect((await app.client().query(read, { id })).data).toEqual({
    note: null,
    notes: { nodes: [] },
  });
  expect((await ada.query(read, { id })).data).toEqual({ note: { id }, notes: { nodes: [] } });
});

test('several changes in one operation follow one another', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user);

  const { data } = await ada.query(
    `mutation ($id: ID!) {
      a: updateNote(input: { id: $id, title: "1", expectedVersion: 1 }) { ...Version }
      b: updateNote(input: { id: $id, title: "2", expectedVersion: 1 }) { ...Version }
      c: updateNote(input: { id: $id, title: "3", expectedVersion: 2 }) { ...Version }
    }
    fragment Version on UpdateNoteResult {
      ... on UpdateNoteSuccess { note { title version } }
      ... on ConflictError { current { title version } }
    }`,
    { id },
  );

  expect(data).toEqual({
    a: { note: { title: '1', version: 2 } },
    b: { current: { title: '1', version: 2 } },
    c: { note: { title: '3', version: 3 } },
  });
  expect(await storedNotes(app)).toMatchObject([{ title: '3', version: 3 }]);
});
