/** How much one person may keep, so that nobody fills the disk. */
import { expect, test } from 'vitest';

import { AccessToken } from '../src/auth/access-token.ts';
import { SecurityEvent } from '../src/auth/security-event.ts';
import { Note } from '../src/notes/note.ts';
import { Session } from '../src/session/session.ts';
import { createTestApp } from './support/app.ts';
import type { TestClient } from './support/client.ts';
import { SECOND } from './support/clock.ts';
import { login, tokenOf, viewerOf } from './support/login.ts';

const quotas = { notes: 3, sessions: 2, accessTokens: 2 };

async function writeNote(client: TestClient) {
  const { data, errors } = await client.query(
    `mutation { createNote(input: { title: "x" }) {
      __typename
      ... on CreateNoteSuccess { note { id } }
      ... on LimitReachedError { code limit }
    } }`,
  );
  expect(errors).toEqual([]);

  return data.createNote;
}

test('one note more than is allowed is refused, until one is deleted', async () => {
  await using app = await createTestApp({ config: { quotas } });
  const [ada, grace] = [await app.createUser('ada'), await app.createUser('grace')];
  const client = await app.as(ada);
  const { note } = await writeNote(client);
  await writeNote(client);
  await writeNote(client);

  const refused = { __typename: 'LimitReachedError', code: 'LIMIT_REACHED', limit: 3 };
  expect(await writeNote(client)).toEqual(refused);
  expect(await writeNote(await app.withToken(ada, 'WRITE'))).toEqual(refused);
  expect(await app.orm.em.fork().count(Note)).toBe(3);
  expect(await writeNote(await app.as(grace))).toHaveProperty('note');

  await client.query('mutation ($id: ID!) { deleteNote(input: { id: $id }) { __typename } }', note);
  expect(await writeNote(client)).toHaveProperty('note');
  expect(await writeNote(client)).toEqual(refused);
});

test('notes are counted once, and not with each one that is written', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await writeNote(ada);

  const statements = await app.statementsOf(async () => writeNote(ada));

  expect(statements.filter((sql) => /count\(/u.test(sql))).toEqual([]);
});

test('one access token more than is allowed is refused, until one is revoked', async () => {
  await using app = await createTestApp({ config: { quotas } });
  const ada = await app.as(await app.createUser('ada'));
  async function make() {
    const { data } = await ada.query(
      `mutation { createAccessToken(input: { name: "x", scope: READ }) {
        __typename
        ... on CreateAccessTokenSuccess { accessToken { id } }
        ... on LimitReachedError { code limit }
      } }`,
    );

    return data.createAccessToken;
  }
  const { accessToken } = await make();
  await make();

  expect(await make()).toEqual({
    __typename: 'LimitReachedError',
    code: 'LIMIT_REACHED',
    limit: 2,
  });
  expect(await app.orm.em.fork().count(AccessToken)).toBe(2);
  await ada.query(
    'mutation ($id: ID!) { revokeAccessToken(input: { id: $id }) { __typename } }',
    accessToken,
  );
  expect(await make()).toHaveProperty('accessToken');
});

test('one login more than is allowed ends the oldest session, and tells its owner', async () => {
  await using app = await createTestApp({ config: { quotas } });
  const grace = await app.as(await app.createUser('grace'));
  await app.createUser('ada');
  const clients = [app.client(), app.client(), app.client()];
  for (const client of clients) {
    await login(client, 'ada');
    app.clock.advance(SECOND);
  }
  const [first] = await Promise.all(clients.map(tokenOf));

  expect(await Promise.all(clients.map(viewerOf))).toEqual([null, 'ada', 'ada']);
  expect(await viewerOf(grace)).toBe('grace');
  expect(await app.orm.em.fork().count(Session)).toBe(3);
  expect(app.events.filter(({ type }) => type === 'SESSION_ENDED')).toMatchObject([
    { sessionId: first?.id },
  ]);
});

test('a login in the same browser ends no session but its own', async () => {
  await using app = await createTestApp({ config: { quotas } });
  await app.createUser('ada');
  const [laptop, phone] = [app.client(), app.client()];
  await login(laptop, 'ada');
  for (let count = 0; count < 4; count += 1) {
    await login(phone, 'ada');
  }

  expect(await Promise.all([laptop, phone].map(viewerOf))).toEqual(['ada', 'ada']);
});

test('a thousand security events of a person are kept, the newest, and those of others stay', async () => {
  await using app = await createTestApp();
  const [ada, grace] = [await app.createUser('ada'), await app.createUser('grace')];
  const em = app.orm.em.fork();
  const content = { sessionId: null, ipAddress: null, userAgent: null, createdAt: app.clock() };
  const old = Array.from({ length: 1002 }, () =>
    em.create(SecurityEvent, { ...content, type: 'LOGGED_OUT', user: ada }),
  );
  em.create(SecurityEvent, { ...content, type: 'LOGGED_OUT', user: grace });
  await em.flush();

  await login(app.client(), 'ada');

  const left = await em.fork().findAll(SecurityEvent, { orderBy: { id: 'asc' } });
  const ofAda = left.filter(({ user }) => user?.id === ada.id);
  expect(ofAda).toHaveLength(1000);
  expect(ofAda[0]?.id).toBe(old[3]?.id);
  expect(ofAda.at(-1)?.type).toBe('LOGIN_SUCCEEDED');
  expect(left).toHaveLength(1001);
});
