/** What is not yours looks like what does not exist: byte by byte. */
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';

import { encodeGlobalId } from '../../src/graphql/global-id.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { storedNotes, storeNote } from '../support/notes.ts';

const UPDATE = `mutation ($id: ID!) {
  updateNote(input: { id: $id, title: "Mine now" }) { __typename ... on UserError { code message } }
}`;
const UPDATE_OLD = `mutation ($id: ID!) {
  updateNote(input: { id: $id, title: "Mine now", expectedVersion: 99 }) {
    __typename ... on UserError { code message }
  }
}`;
const DELETE = `mutation ($id: ID!) {
  deleteNote(input: { id: $id }) { __typename ... on UserError { code message } }
}`;
const NOTE = 'query ($id: ID!) { note(id: $id) { id title author { username } } }';
const NODE = 'query ($id: ID!) { node(id: $id) { __typename ... on Note { title } } }';
const NODE_USER = 'query ($id: ID!) { node(id: $id) { id ... on User { username } } }';

const noNote = { __typename: 'NotFoundError', code: 'NOT_FOUND', message: expect.any(String) };

const operations: Record<string, readonly [document: string, data: object]> = {
  updateNote: [UPDATE, { updateNote: noNote }],
  'updateNote of another version': [UPDATE_OLD, { updateNote: noNote }],
  deleteNote: [DELETE, { deleteNote: noNote }],
  note: [NOTE, { note: null }],
  node: [NODE, { node: null }],
};

const uuid = uuidv7();

/** Ids that are the ids of nothing for the one who asks. */
const strangeIds: Record<string, string> = {
  absent: encodeGlobalId('Note', uuid),
  'of a type that is none': encodeGlobalId('Comment', uuid),
  'of a type that is no node': encodeGlobalId('Viewer', uuid),
  'of a cursor': encodeGlobalId('Cursor', uuid),
  'of a session': encodeGlobalId('Session', uuid),
  'of a property of every object': encodeGlobalId('__proto__', uuid),
  'of an absent user': encodeGlobalId('User', uuid),
  empty: '',
  'not encoded': `Note:${uuid}`,
  'as it would be stored': uuid,
  'with another id behind it': encodeGlobalId('Note', `${uuid},${uuid}`),
  'of a note without an id': encodeGlobalId('Note', ''),
  'of a note numbered 1': encodeGlobalId('Note', 1),
  'of a note called null': encodeGlobalId('Note', 'null'),
  'with SQL in it': encodeGlobalId('Note', `${uuid}' or '1'='1`),
  'an operator': '{"$ne":null}',
  'a NUL': '\0',
  'half a surrogate pair': '\uD800',
  'very long': 'A'.repeat(100_000),
};

test.for(Object.entries(operations))(
  "[E5] %s answers the same for somebody else's note as for an absent one",
  async ([, [document, expected]]) => {
    await using app = await createTestApp();
    const { ada, bobsNote } = await createNeighbours(app);
    const before = await storedNotes(app);

    const foreign = await ada.query(document, { id: bobsNote });
    const absent = await ada.query(document, { id: encodeGlobalId('Note', uuid) });

    expect(foreign.data).toEqual(expected);
    expect(foreign.text).toBe(absent.text);
    expect(foreign.status).toBe(absent.status);
    expect(await storedNotes(app)).toEqual(before);
  },
);

const pairs = Object.entries(operations).flatMap(([operation, [document]]) =>
  Object.entries(strangeIds).map(([name, id]) => ({ operation, document, name, id })),
);

test.for(pairs)(
  '[E5] $operation answers the same for an id that is $name',
  async ({ document, id }) => {
    await using app = await createTestApp();
    const { ada, bobsNote } = await createNeighbours(app);
    const before = await storedNotes(app);

    const strange = await ada.query(document, { id });
    const foreign = await ada.query(document, { id: bobsNote });

    expect(strange.text).toBe(foreign.text);
    expect(app.logged.filter(({ event }) => event === 'request_failed')).toEqual([]);
    expect(await storedNotes(app)).toEqual(before);
  },
);

test('[E5] the id of a user is no id of a note', async () => {
  await using app = await createTestApp();
  const { ada, bobsNote, bobsId } = await createNeighbours(app);

  for (const document of [UPDATE, DELETE, NOTE]) {
    expect((await ada.query(document, { id: bobsId })).text).toBe(
      (await ada.query(document, { id: bobsNote })).text,
    );
  }
  expect((await ada.query(NODE_USER, { id: bobsId })).data.node).toEqual({
    id: bobsId,
    username: 'bob',
  });
});

test("[E5] somebody else's note and an absent one cost the same statements", async () => {
  await using app = await createTestApp();
  const { ada, bobsNote } = await createNeighbours(app);
  // From here on, SQLite's session is remembered: whoever asks first would pay for it.
  await ada.query(NOTE, { id: bobsNote });

  for (const document of [UPDATE, DELETE, NOTE, NODE]) {
    const foreign = await app.statementsOf(async () => ada.query(document, { id: bobsNote }));
    const absent = await app.statementsOf(async () =>
      ada.query(document, { id: encodeGlobalId('Note', uuid) }),
    );

    expect(foreign.map(verbOf)).toEqual(absent.map(verbOf));
  }
});

test("somebody else's public note can be read and not changed", async () => {
  await using app = await createTestApp();
  const { ada, bob } = await createNeighbours(app);
  const id = await storeNote(app, bob, { title: 'Public', visibility: 'PUBLIC' });
  const before = await storedNotes(app);

  expect((await ada.query(NOTE, { id })).data.note).toEqual({
    id,
    title: 'Public',
    author: { username: 'bob' },
  });
  expect((await ada.query(NODE, { id })).data.node).toEqual({
    __typename: 'Note',
    title: 'Public',
  });
  expect((await ada.query(UPDATE, { id })).data).toEqual({ updateNote: noNote });
  expect((await ada.query(UPDATE_OLD, { id })).data).toEqual({ updateNote: noNote });
  expect((await ada.query(DELETE, { id })).data).toEqual({ deleteNote: noNote });
  expect(await storedNotes(app)).toEqual(before);
});

interface Neighbours {
  readonly ada: TestClient;
  readonly bob: Awaited<ReturnType<TestApp['createUser']>>;
  readonly bobsId: string;
  /** Private. */
  readonly bobsNote: string;
}

async function createNeighbours(app: TestApp): Promise<Neighbours> {
  const ada = await app.as(await app.createUser('ada'));
  const bob = await app.createUser('bob');
  const bobsNote = await storeNote(app, bob, { title: 'Secret' });

  return { ada, bob, bobsId: encodeGlobalId('User', bob.id), bobsNote };
}

/** A statement without its values. */
function verbOf(sql: string): string {
  return sql.replaceAll(/'[^']*'/gu, '?');
}
