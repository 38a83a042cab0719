/** What a program can do that shows an access token. */
import { expect, test } from 'vitest';

import { newAccessToken } from '../../src/auth/access-token-text.ts';
import { AccessToken } from '../../src/auth/access-token.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { storedNotes, storeNote } from '../support/notes.ts';

const WHO = '{ viewer { username } authentication { isAuthenticated session { id } } }';
const CREATE_NOTE = 'mutation { createNote(input: { title: "by a program" }) { __typename } }';

test('a token for reading reads the private notes of its owner, and writes none', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const id = await storeNote(app, user, { title: 'private' });
  const program = await app.withToken(user, 'READ');

  const reading = await program.query('query ($id: ID!) { note(id: $id) { title } }', { id });
  const writing = await program.query(CREATE_NOTE);

  expect(reading.data).toEqual({ note: { title: 'private' } });
  expect(writing.status).toBe(200);
  expect(writing.data).toEqual({ createNote: null });
  expect(writing.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(await storedNotes(app)).toHaveLength(1);
});

test('a token for writing writes, and reads', async () => {
  await using app = await createTestApp();
  const program = await app.withToken(await app.createUser('ada'), 'WRITE');

  expect((await program.query(CREATE_NOTE)).errors).toEqual([]);
  const { data } = await program.query('{ viewer { notes { nodes { title } } } }');

  expect(data.viewer.notes.nodes).toEqual([{ title: 'by a program' }]);
});

const credentialFields = {
  confirmPassword: `confirmPassword(input: { password: "${PASSWORD}" })`,
  changePassword: `changePassword(
    input: { currentPassword: "${PASSWORD}", newPassword: "a swim in the cold lake" }
  )`,
  updateProfile: 'updateProfile(input: { displayName: "Ada" })',
  endSession: 'endSession(input: { id: "any" })',
  deleteAccount: 'deleteAccount(input: { username: "ada" })',
  createAccessToken: 'createAccessToken(input: { name: "another" })',
  revokeAccessToken: 'revokeAccessToken(input: { id: "any" })',
};

test.for(Object.entries(credentialFields))(
  'no token gets to credentials, not even one for writing: %s',
  async ([, field]) => {
    await using app = await createTestApp();
    const program = await app.withToken(await app.createUser('ada'), 'WRITE');
    const before = await contents(app);

    const { errors, headers } = await program.query(`mutation { ${field} { __typename } }`);

    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(headers.getSetCookie()).toEqual([]);
    expect(await contents(app)).toEqual(before);
  },
);

test.for(['sessions', 'accessTokens', 'securityEvents'])(
  'no token sees %s, and the fields beside are answered',
  async (field) => {
    await using app = await createTestApp();
    const program = await app.withToken(await app.createUser('ada'), 'WRITE');

    const { data, errors } = await program.query(
      `{ viewer { username ${field} { nodes { __typename } } } }`,
    );

    expect(data).toEqual({ viewer: { username: 'ada', [field]: null } });
    expect(errors).toMatchObject([{ path: ['viewer', field], extensions: { code: 'FORBIDDEN' } }]);
  },
);

const badTokens: Record<string, string> = {
  'an unknown token': `Bearer ${newAccessToken()}`,
  'a text that is no token': 'Bearer nonsense',
  'no token at all': 'Bearer',
  'blanks alone': 'bearer   ',
  'two texts': 'Bearer one two',
};

test.for(Object.entries(badTokens))(
  '%s fails the whole request, public fields included, whatever the cookie says',
  async ([, authorization]) => {
    await using app = await createTestApp();
    const client = await app.as(await app.createUser('ada'));
    client.headers['authorization'] = authorization;

    const { status, data, errors, headers } = await client.query('{ notes { nodes { id } } }');

    expect(status).toBe(401);
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(headers.getSetCookie()).toEqual([]);
  },
);

test.for(['Basic YWRhOnNlY3JldA==', 'Bearerish x', 'jot_', ''])(
  'a header that shows no bearer token is left to others: %j',
  async (authorization) => {
    await using app = await createTestApp();
    const client = await app.as(await app.createUser('ada'));
    client.headers['authorization'] = authorization;

    expect((await client.query(WHO)).data.viewer).toEqual({ username: 'ada' });
  },
);

test('a bad token does nothing', async () => {
  await using app = await createTestApp();
  await app.createUser('ada');
  const program = app.client();
  program.headers['authorization'] = `Bearer ${newAccessToken()}`;

  await program.query(CREATE_NOTE);
  await program.query(
    `mutation { login(input: { username: "ada", password: "${PASSWORD}" }) { __typename } }`,
  );

  expect(await storedNotes(app)).toEqual([]);
  expect(await app.orm.em.fork().count(Session)).toBe(0);
});

test('of a token and a cookie the token decides: there is no session', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const program = await app.withToken(await app.createUser('eve'), 'WRITE');
  ada.headers['authorization'] = program.headers['authorization'] ?? '';

  const { data, headers } = await ada.query(WHO);

  expect(data).toEqual({
    viewer: { username: 'eve' },
    authentication: { isAuthenticated: true, session: null },
  });
  expect(headers.getSetCookie()).toEqual([]);
  expect((await ada.query('{ viewer { sessions { nodes { id } } } }')).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ]);
});

test('[A9] the tokens of a disabled account stop working, and work again with it', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const program = await app.withToken(user);
  const em = app.orm.em.fork();
  await em.nativeUpdate(User, user.id, { disabledAt: app.clock() });
  expect((await program.query(WHO)).status).toBe(401);

  await em.nativeUpdate(User, user.id, { disabledAt: null });
  expect((await program.query(WHO)).data.viewer).toEqual({ username: 'ada' });
});

test('a token stands in no address and no body', async () => {
  await using app = await createTestApp();
  const program = await app.withToken(await app.createUser('ada'));
  const [, token = ''] = program.headers['authorization']?.split(' ') ?? [];
  const visitor = app.client();

  const inBody = await visitor.post({ query: WHO, extensions: { authorization: token }, token });
  const response = await visitor.request(`/graphql?access_token=${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: WHO }),
  });

  expect(inBody.data.viewer).toBeNull();
  expect(await response.json()).toMatchObject({ data: { viewer: null } });
});

async function contents({ orm }: TestApp): Promise<unknown> {
  const em = orm.em.fork();

  return {
    users: await em.findAll(User, { populate: ['passwordHash'] }),
    sessions: await em.count(Session),
    tokens: await em.count(AccessToken),
  };
}
