import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';

import { encodeGlobalId } from '../../src/graphql/global-id.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { storeNotes } from '../support/notes.ts';

const PAGE = `query ($first: Int, $last: Int, $after: String, $before: String) {
  viewer {
    notes(first: $first, last: $last, after: $after, before: $before) {
      nodes { title }
      edges { cursor node { id } }
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
    }
  }
}`;

/** The titles from `n` down to `m`: lists begin with the newest. */
function from(n: number, m: number): string[] {
  return Array.from({ length: n - m + 1 }, (_, index) => `note ${n - index}`);
}

test('a list begins with the newest note, and has 20 unless more or fewer are asked for', async () => {
  await using app = await createTestApp();
  const { page } = await createAuthor(app, 25);

  expect((await page({})).titles).toEqual(from(25, 6));
  expect((await page({ first: null, last: null, after: null, before: null })).titles).toEqual(
    from(25, 6),
  );
  expect((await page({ first: 2 })).titles).toEqual(from(25, 24));
  expect((await page({ first: 100 })).titles).toEqual(from(25, 1));
});

test('pages follow one another from the start', async () => {
  await using app = await createTestApp();
  const { page } = await createAuthor(app, 5);

  const one = await page({ first: 2 });
  const two = await page({ first: 2, after: one.endCursor });
  const three = await page({ first: 2, after: two.endCursor });

  expect([one.titles, two.titles, three.titles]).toEqual([from(5, 4), from(3, 2), from(1, 1)]);
  expect([one, two, three].map((it) => it.hasNextPage)).toEqual([true, true, false]);
  expect([one, two, three].map((it) => it.hasPreviousPage)).toEqual([false, true, true]);
});

test('pages precede one another from the end, and each is in the order of the list', async () => {
  await using app = await createTestApp();
  const { page } = await createAuthor(app, 5);

  const one = await page({ last: 2 });
  const two = await page({ last: 2, before: one.startCursor });
  const three = await page({ last: 2, before: two.startCursor });

  expect([one.titles, two.titles, three.titles]).toEqual([from(2, 1), from(4, 3), from(5, 5)]);
  expect([one, two, three].map((it) => it.hasPreviousPage)).toEqual([true, true, false]);
  expect([one, two, three].map((it) => it.hasNextPage)).toEqual([false, true, true]);
});

test('a page lies between two cursors', async () => {
  await using app = await createTestApp();
  const { page } = await createAuthor(app, 9);
  const { cursors } = await page({ first: 9 });
  const between = { after: cursors[1], before: cursors[7] };

  expect((await page(between)).titles).toEqual(from(7, 3));
  expect((await page({ ...between, first: 2 })).titles).toEqual(from(7, 6));
  expect((await page({ ...between, last: 2 })).titles).toEqual(from(4, 3));
  expect((await page({ before: cursors[3] })).titles).toEqual(from(9, 7));
  expect((await page({ first: 2, before: cursors[7] })).titles).toEqual(from(9, 8));
  expect((await page({ last: 2, after: cursors[1] })).titles).toEqual(from(2, 1));
  expect((await page({ after: cursors[7], before: cursors[1] })).titles).toEqual([]);
});

test('a page that is exactly full has no next page', async () => {
  await using app = await createTestApp();
  const { page } = await createAuthor(app, 3);

  expect(await page({ first: 3 })).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  expect(await page({ last: 3 })).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
});

test('an empty page has no cursors', async () => {
  await using app = await createTestApp();
  const empty = { titles: [], cursors: [], startCursor: null, endCursor: null };
  const { page } = await createAuthor(app, 0);
  const { page: pageOfSome } = await createAuthor(app, 1, 'bob');

  expect(await page({})).toMatchObject({ ...empty, hasNextPage: false, hasPreviousPage: false });
  expect(await page({ last: 5 })).toMatchObject(empty);

  const { endCursor } = await pageOfSome({});
  expect(await pageOfSome({ after: endCursor })).toMatchObject({ ...empty, hasNextPage: false });
  expect(await pageOfSome({ before: endCursor })).toMatchObject({
    ...empty,
    hasPreviousPage: false,
  });
});

test('the same pages are had by every list', async () => {
  await using app = await createTestApp();
  const { client } = await createAuthor(app, 3);

  const { data } = await client.query(`{
    notes(first: 1) { ...Page }
    viewer { notes(first: 1) { ...Page } user { notes(first: 1) { ...Page } } }
  }
  fragment Page on NoteConnection {
    edges { cursor node { title } } pageInfo { hasNextPage endCursor }
  }`);

  expect(data.notes.edges[0].node.title).toBe('note 3');
  expect(data.viewer.notes).toEqual(data.notes);
  expect(data.viewer.user.notes).toEqual(data.notes);
});

const uuid = uuidv7();

const refused: Record<string, Record<string, unknown>> = {
  'first -1': { first: -1 },
  'first 0': { first: 0 },
  'first 101': { first: 101 },
  'first 2147483647': { first: 2_147_483_647 },
  'last -1': { last: -1 },
  'last 0': { last: 0 },
  'last 101': { last: 101 },
  'first and last': { first: 1, last: 1 },
  'an empty cursor': { after: '' },
  'a cursor of words': { after: 'the next one' },
  'a cursor that is an operator': { after: '{"$gt":""}' },
  'a cursor with SQL in it': { before: encodeGlobalId('Cursor', `${uuid}' or 1=1 --`) },
  'a cursor that is the id of a note': { after: encodeGlobalId('Note', uuid) },
  'a cursor that is the id of a user': { before: encodeGlobalId('User', uuid) },
  'a cursor that is a bare key': { after: uuid },
  'a cursor of another library': { after: Buffer.from('OffsetConnection:5').toString('base64') },
  'a cursor of a number': { before: encodeGlobalId('Cursor', 5) },
  'a cursor with padding': { before: `${encodeGlobalId('Cursor', uuid)}=` },
  'a cursor with a NUL': { after: '\0' },
  'a cursor with half a surrogate pair': { after: '\uD800' },
  'a cursor of 100,000 characters': { after: 'A'.repeat(100_000) },
};

test.for(Object.entries(refused))(
  '[C5] a page with %s is BAD_USER_INPUT, and reads nothing',
  async ([, args]) => {
    await using app = await createTestApp();
    const query = `query ($first: Int, $last: Int, $after: String, $before: String) {
    notes(first: $first, last: $last, after: $after, before: $before) { nodes { id } }
  }`;

    const statements = await app.statementsOf(async () => {
      const { status, errors } = await app.client().query(query, args);

      expect(status).toBe(200);
      expect(errors).toMatchObject([{ path: ['notes'], extensions: { code: 'BAD_USER_INPUT' } }]);
    });

    expect(statements).toEqual([]);
    expect(app.complaints()).toEqual([]);
  },
);

test('[E5] a page that is refused leaves its neighbours as they are', async () => {
  await using app = await createTestApp();
  const { client } = await createAuthor(app, 1);

  const { data, errors } = await client.query(`{
    notes(first: 0) { nodes { id } }
    viewer { username notes(first: 0) { nodes { id } } user { username notes(last: 0) { nodes { id } } } }
  }`);

  expect(errors.map(({ path }) => path)).toEqual([
    ['notes'],
    ['viewer', 'notes'],
    ['viewer', 'user', 'notes'],
  ]);
  const { username } = data.viewer;
  expect(data).toEqual({
    notes: null,
    viewer: { username, notes: null, user: { username, notes: null } },
  });
});

test('a cursor names a place, whether or not something is there', async () => {
  await using app = await createTestApp();
  const { page } = await createAuthor(app, 3);
  const [oldest, newest] = [
    '00000000-0000-7000-8000-000000000000',
    'ffffffff-ffff-7fff-bfff-ffffffffffff',
  ].map((id) => encodeGlobalId('Cursor', id));

  expect((await page({ before: oldest })).titles).toEqual(from(3, 1));
  expect((await page({ after: newest })).titles).toEqual(from(3, 1));
  expect((await page({ after: oldest })).titles).toEqual([]);
  expect((await page({ before: newest })).titles).toEqual([]);
});

/** An author of `note 1`, `note 2` and so on, and a way to read a page of them. */
async function createAuthor(app: TestApp, size: number, username = 'ada') {
  const user = await app.createUser(username);
  const client: TestClient = await app.as(user);
  await storeNotes(
    app,
    user,
    Array.from({ length: size }, (_, index) => ({
      title: `note ${index + 1}`,
      visibility: 'PUBLIC' as const,
    })),
  );

  async function page(args: Record<string, unknown>) {
    const { nodes, edges, pageInfo } = (await client.query(PAGE, args)).data.viewer.notes;
    const titles: string[] = nodes.map(({ title }: { title: string }) => title);
    const cursors: string[] = edges.map(({ cursor }: { cursor: string }) => cursor);

    return { titles, cursors, ...pageInfo };
  }

  return { client, page };
}
