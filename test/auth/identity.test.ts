import { expect, test } from 'vitest';

import { createTestApp, PASSWORD } from '../support/app.ts';

function note(alias: string): string {
  return `${alias}: createNote(input: { title: "${alias}" }) {
    ... on CreateNoteSuccess { note { author { username } } }
  }`;
}

function noteOfNamed(alias: string): string {
  return `${alias}: createNote(input: { title: "${alias}" }) {
    ... on CreateNoteSuccess { note { author { displayName } } }
  }`;
}

function enter(username: string): string {
  return `login(input: { username: "${username}", password: "${PASSWORD}" }) {
    ... on LoginSuccess { viewer { username } }
    ... on UserError { code }
  }`;
}

function by(username: string) {
  return { note: { author: { username } } };
}

test('the fields that follow a login are logged in, those before are not', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');

  const { data, errors } = await app
    .client()
    .query(`mutation { ${note('before')} ${enter('ada')} ${note('after')} }`);

  expect(data).toEqual({ before: null, login: { viewer: { username: 'ada' } }, after: by('ada') });
  expect(errors).toMatchObject([{ path: ['before'], extensions: { code: 'UNAUTHENTICATED' } }]);
});

test('the fields that follow a registration are logged in', async () => {
  await using app = await createTestApp();

  const { data, errors } = await app.client().query(`mutation {
    register(input: { username: "ada", password: "${PASSWORD}" }) { __typename }
    ${note('after')}
  }`);

  expect(errors).toEqual([]);
  expect(data).toEqual({ register: { __typename: 'RegisterSuccess' }, after: by('ada') });
});

test('the fields that follow a logout are not logged in, those before are', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const { data, errors } = await ada.query(`mutation {
    ${note('before')} logout { __typename } ${note('after')}
  }`);

  expect(data).toEqual({ before: by('ada'), logout: { __typename: 'LogoutPayload' }, after: null });
  expect(errors).toMatchObject([{ path: ['after'], extensions: { code: 'UNAUTHENTICATED' } }]);
});

test('a login as another user counts from its field on', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const eve = await app.as(await app.createUser('eve'));

  const { data, errors } = await eve.query(`mutation {
    ${note('before')} ${enter('ada')} ${note('between')} logout { __typename } ${note('after')}
  }`);

  expect(data).toMatchObject({ before: by('eve'), between: by('ada'), after: null });
  expect(errors).toMatchObject([{ path: ['after'] }]);
  expect(await eve.cookie()).toBeNull();
});

test('the fields that follow a changed profile show it, wherever its owner is met', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const { data, errors } = await ada.query(`mutation {
    ${noteOfNamed('before')}
    updateProfile(input: { displayName: "Countess" }) { __typename }
    ${noteOfNamed('after')}
  }`);

  expect(errors).toEqual([]);
  expect(data).toEqual({
    before: { note: { author: { displayName: null } } },
    updateProfile: { __typename: 'UpdateProfileSuccess' },
    after: { note: { author: { displayName: 'Countess' } } },
  });
});

test('a refused login changes nobody', async () => {
  await using app = await createTestApp();
  const eve = await app.as(await app.createUser('eve'));

  const { data, errors } = await eve.query(`mutation { ${enter('nobody')} ${note('after')} }`);
  const stranger = await app.client().query(`mutation { ${enter('nobody')} ${note('after')} }`);

  expect(errors).toEqual([]);
  expect(data).toEqual({ login: { code: 'INVALID_CREDENTIALS' }, after: by('eve') });
  expect(stranger.data.after).toBeNull();
  expect(stranger.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});
