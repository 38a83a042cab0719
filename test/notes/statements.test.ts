import { expect, test } from 'vitest';

import { createTestApp, type TestApp } from '../support/app.ts';
import { isOnPostgres } from '../support/database.ts';
import { storeNote, storeNotes } from '../support/notes.ts';

test('an anonymous viewer costs no statement', async () => {
  await using app = await createTestApp();

  expect(await app.statementsOf(async () => app.client().query('{ viewer { id } }'))).toEqual([]);
});

test('the session and its user cost one statement', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const statements = await app.statementsOf(async () =>
    ada.query('{ viewer { id username displayName user { username } } }'),
  );

  expect(statements).toHaveLength(1);
});

test('a page of notes costs the same statements, whatever its size and however many authors', async () => {
  await using app = await createTestApp();
  await storeNotesOfMany(app, 100);

  const [small, large] = [await statementsOfPage(app, 20), await statementsOfPage(app, 100)];

  // The notes, and all of their authors.
  expect(small).toHaveLength(2);
  expect(large).toHaveLength(2);
});

test('many things by their ids cost one statement for each type', async () => {
  await using app = await createTestApp();
  const ids = await storeNotesOfMany(app, 10);
  const fields = ids.map(
    (id, index) => `n${index}: node(id: "${id}") { id ... on Note { title } }`,
  );

  const statements = await app.statementsOf(async () =>
    app.client().query(`{ ${fields.join(' ')} }`),
  );

  expect(statements).toHaveLength(1);
});

test('a list reads no more than the page and one note more', async () => {
  await using app = await createTestApp();
  await storeNotesOfMany(app, 10);

  const [statement = ''] = await app.statementsOf(async () =>
    app.client().query('{ notes(first: 3) { nodes { title } } }'),
  );

  expect(statement).toMatch(/limit (?:4(?:\.0)?|\$1) \+ 0$/u);
});

test('a list reads the columns that are asked for, by whatever alias, fragment or directive', async () => {
  await using app = await createTestApp();
  await storeNotesOfMany(app, 1);

  const [statement = ''] = await app.statementsOf(async () => {
    const { data } = await app.client().query(
      `query ($no: Boolean = false) { notes { nodes { headline: title ...Dated } } }
       fragment Dated on Note { ... on Note { version createdAt @include(if: $no) } }`,
    );

    expect(data.notes.nodes).toEqual([{ headline: 'Untitled', version: 1 }]);
  });

  expect(statement).toMatch(/\btitle\b.*\bversion\b.*\bcreated_at\b/u);
  expect(statement).not.toMatch(/\b(?:body|updated_at|author_id)\b/u);
});

test('the hash of a password is not read where no password is checked', async () => {
  await using app = await createTestApp();
  await storeNotesOfMany(app, 3);
  const ada = await app.as(await app.createUser('ada'));

  const statements = await app.statementsOf(async () =>
    ada.query('{ viewer { username user { username } } notes { nodes { author { username } } } }'),
  );

  expect(statements.join('\n')).not.toContain('password_hash');
});

test('a change costs as many statements for a note of many as for a note of one', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const id = await storeNote(app, user);
  const document =
    'mutation ($id: ID!) { updateNote(input: { id: $id, title: "x" }) { __typename } }';

  const few = await app.statementsOf(async () => ada.query(document, { id }));
  await storeNotesOfMany(app, 50);
  const many = await app.statementsOf(async () => ada.query(document, { id }));

  // The session, the note, its change; and on PostgreSQL, to tell other processes of it.
  const count = isOnPostgres() ? 4 : 3;
  expect(few).toHaveLength(count);
  expect(many).toHaveLength(count);
});

async function statementsOfPage(app: TestApp, first: number): Promise<string[]> {
  return app.statementsOf(async () => {
    const { data } = await app
      .client()
      .query(
        'query ($first: Int) { notes(first: $first) { nodes { title author { username } } } }',
        { first },
      );

    expect(data.notes.nodes).toHaveLength(first);
  });
}

/** Public notes, each of an author of its own. */
async function storeNotesOfMany(app: TestApp, size: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < size; index += 1) {
    const author = await app.createUser(`author-${index}`);
    ids.push(...(await storeNotes(app, author, [{ visibility: 'PUBLIC' }])));
  }

  return ids;
}
