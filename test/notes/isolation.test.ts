import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { storedNotes, storeNote, storeNotes } from '../support/notes.ts';

test('[D3] users who read in parallel see their own notes alone', async () => {
  await using app = await createTestApp();
  const names = Array.from({ length: 6 }, (_, index) => `user-${index}`);
  const clients: TestClient[] = [];
  for (const name of names) {
    const user = await app.createUser(name);
    await storeNotes(app, user, [{ title: name }, { title: name }, { title: name }]);
    clients.push(await app.as(user));
  }
  const document = '{ viewer { username notes { nodes { title author { username } } } } }';

  const rounds = Array.from({ length: 5 }, () => clients).flat();
  const answers = await Promise.all(rounds.map(async (client) => client.query(document)));

  for (const [index, { data, errors }] of answers.entries()) {
    const username = names[index % names.length];
    const note = { title: username, author: { username } };

    expect(errors).toEqual([]);
    expect(data.viewer).toEqual({ username, notes: { nodes: [note, note, note] } });
  }
});

test('[D3] users who write in parallel own what they wrote', async () => {
  await using app = await createTestApp();
  const names = Array.from({ length: 6 }, (_, index) => `user-${index}`);
  const users = await Promise.all(names.map(async (name) => app.createUser(name)));
  const clients = await Promise.all(users.map(async (user) => app.as(user)));

  const answers = await Promise.all(
    clients.map(async (client, index) =>
      client.query(
        `mutation ($title: String!) {
          createNote(input: { title: $title }) {
            ... on CreateNoteSuccess { note { title author { username } } }
          }
        }`,
        { title: names[index] },
      ),
    ),
  );

  expect(answers.map(({ data }) => data.createNote.note)).toEqual(
    names.map((username) => ({ title: username, author: { username } })),
  );
  const owners = (await storedNotes(app)).map(({ title, author }) => [title, author]);
  expect(Object.fromEntries(owners)).toEqual(
    Object.fromEntries(users.map(({ id, username }) => [username, id])),
  );
});

test('[D3] a change is seen by the next request, whoever sends it', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const [one, two] = [await app.as(user), await app.as(user)];
  const id = await storeNote(app, user, { visibility: 'PUBLIC' });
  const read =
    'query ($id: ID!) { note(id: $id) { title } node(id: $id) { ... on Note { title } } }';
  await two.query(read, { id });

  await one.query(
    'mutation ($id: ID!) { updateNote(input: { id: $id, title: "changed" }) { __typename } }',
    { id },
  );

  const changed = { note: { title: 'changed' }, node: { title: 'changed' } };
  expect((await two.query(read, { id })).data).toEqual(changed);
  expect((await app.client().query(read, { id })).data).toEqual(changed);
});
