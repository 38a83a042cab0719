import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { createTestApp, PASSWORD } from '../support/app.ts';
import { storedNotes, storeNote } from '../support/notes.ts';
import { createBareBuilder } from './bare-builder.ts';

const LOGIN = `login(input: { username: "ada", password: "${PASSWORD}" }) { __typename }`;
const CREATE = '{ __typename ... on CreateNoteSuccess { note { author { username } } } }';

test('[E5] a refused createNote answers UNAUTHENTICATED and writes nothing', async () => {
  await using app = await createTestApp();
  const visitor = app.client();

  const { status, data, errors } = await visitor.query(
    'mutation { createNote(input: { title: "Shopping" }) { __typename } }',
  );

  expect(status).toBe(200);
  expect(data).toEqual({ createNote: null });
  expect(errors).toMatchObject([{ path: ['createNote'], extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(await storedNotes(app)).toEqual([]);
  expect(await visitor.cookie()).toBeNull();
});

test('[E5] a refused field costs no statement', async () => {
  await using app = await createTestApp();

  const statements = await app.statementsOf(async () =>
    app.client().query(`mutation {
      createNote(input: { title: "Shopping" }) { __typename }
      updateNote(input: { id: "any", title: "Shopping" }) { __typename }
      deleteNote(input: { id: "any" }) { __typename }
    }`),
  );

  expect(statements).toEqual([]);
});

test('[E5] a refused field runs no resolver', async () => {
  const ran: string[] = [];
  const builder = createBareBuilder();
  builder.queryType({
    fields: (t) => ({
      open: t.boolean({ isPublic: true, resolve: () => ran.push('open') > 0 }),
      gated: t.withAuth({ authenticated: true }).boolean({
        nullable: true,
        resolve: () => ran.push('gated') > 0,
      }),
    }),
  });
  await using app = await createTestApp({ schema: builder.toSchema() });
  const ada = await app.as(await app.createUser('ada'));

  const refused = await app.client().query('{ gated again: gated open }');
  expect(refused.data).toEqual({ gated: null, again: null, open: true });
  expect(ran).toEqual(['open']);

  const { data } = await ada.query('{ gated open }');
  expect(data).toEqual({ gated: true, open: true });
  expect(ran).toEqual(['open', 'gated', 'open']);
});

const invalidInputs = [
  { title: '' },
  { title: 'x'.repeat(201) },
  { title: 'a\0b' },
  { title: 'Shopping', body: '\uD800' },
];

test.for(invalidInputs)(
  '[E5] nobody learns what is wrong with their input before login: %j',
  async (input) => {
    await using app = await createTestApp();
    const document =
      'mutation ($input: CreateNoteInput!) { createNote(input: $input) { __typename } }';
    const ada = await app.as(await app.createUser('ada'));
    const valid = { title: 'Shopping' };

    const { text } = await app.client().query(document, { input });

    expect(text).toBe((await app.client().query(document, { input: valid })).text);
    expect(text).toContain('UNAUTHENTICATED');
    expect((await ada.query(document, { input })).data.createNote.__typename).toBe(
      'InvalidInputError',
    );
    expect(await storedNotes(app)).toEqual([]);
  },
);

test('[E5] nobody learns before login whether a note exists', async () => {
  await using app = await createTestApp();
  const id = await storeNote(app, await app.createUser('ada'), { visibility: 'PUBLIC' });
  const document = `mutation ($id: ID!) {
    updateNote(input: { id: $id, title: "Shopping" }) { __typename }
    deleteNote(input: { id: $id }) { __typename }
  }`;

  const existing = await app.client().query(document, { id });
  const absent = await app.client().query(document, { id: 'absent' });

  expect(existing.text).toBe(absent.text);
  expect(existing.errors.map(({ extensions }) => extensions['code'])).toEqual([
    'UNAUTHENTICATED',
    'UNAUTHENTICATED',
  ]);
  expect(await storedNotes(app)).toMatchObject([{ title: 'Untitled', version: 1 }]);
});

test('[E5] what stands beside a refused field is answered', async () => {
  await using app = await createTestApp();

  const { data, errors } = await app.client().query(`mutation {
    logout { endedSessionIds }
    createNote(input: { title: "Shopping" }) { __typename }
    again: logout { endedSessionIds }
  }`);

  expect(data).toEqual({
    logout: { endedSessionIds: [] },
    createNote: null,
    again: { endedSessionIds: [] },
  });
  expect(errors).toMatchObject([{ path: ['createNote'] }]);
});

test('[E4] an alias and fragments of a refused field are refused each', async () => {
  await using app = await createTestApp();

  const { data, errors } = await app.client().query(`
    mutation { ...Outer harmless: createNote(input: { title: "1" }) { __typename } }
    fragment Outer on Mutation { ... on Mutation { ...Inner } }
    fragment Inner on Mutation { hidden: createNote(input: { title: "2" }) { __typename } }
  `);

  expect(data).toEqual({ hidden: null, harmless: null });
  expect(errors.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
    [['hidden'], 'UNAUTHENTICATED'],
    [['harmless'], 'UNAUTHENTICATED'],
  ]);
  expect(await storedNotes(app)).toEqual([]);
});

test('a login opens the gate for the fields that follow it', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');

  const { data, errors } = await app.client().query(`mutation {
    before: createNote(input: { title: "before" }) ${CREATE}
    ${LOGIN}
    after: createNote(input: { title: "after" }) ${CREATE}
  }`);

  expect(data).toEqual({
    before: null,
    login: { __typename: 'LoginSuccess' },
    after: { __typename: 'CreateNoteSuccess', note: { author: { username: 'ada' } } },
  });
  expect(errors).toMatchObject([{ path: ['before'], extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(await storedNotes(app)).toMatchObject([{ title: 'after' }]);
});

test('a failed login opens nothing', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');

  const { data } = await app.client().query(`mutation {
    login(input: { username: "ada", password: "wrong" }) { __typename }
    createNote(input: { title: "after" }) { __typename }
  }`);

  expect(data).toEqual({ login: { __typename: 'InvalidCredentialsError' }, createNote: null });
  expect(await storedNotes(app)).toEqual([]);
});

test('a logout closes the gate for the fields that follow it', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const { data, errors } = await ada.query(`mutation {
    before: createNote(input: { title: "before" }) { __typename }
    logout { __typename }
    after: createNote(input: { title: "after" }) { __typename }
  }`);

  expect(data).toEqual({
    before: { __typename: 'CreateNoteSuccess' },
    logout: { __typename: 'LogoutPayload' },
    after: null,
  });
  expect(errors).toMatchObject([{ path: ['after'], extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(await storedNotes(app)).toMatchObject([{ title: 'before' }]);
  expect(await app.orm.em.fork().count(Session)).toBe(0);
});

test('who logs in as somebody else in the midst of an operation goes on as that person', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const bob = await app.createUser('bob');
  const bobsNote = await storeNote(app, bob);
  const client = await app.as(bob);

  const { data } = await client.query(
    `mutation ($bobsNote: ID!) {
      before: createNote(input: { title: "before" }) ${CREATE}
      ${LOGIN}
      after: createNote(input: { title: "after" }) ${CREATE}
      updateNote(input: { id: $bobsNote, title: "changed" }) { __typename }
    }`,
    { bobsNote },
  );

  expect(data.before.note.author.username).toBe('bob');
  expect(data.after.note.author.username).toBe('ada');
  expect(data.updateNote).toEqual({ __typename: 'NotFoundError' });
});
