import {
  copyFileSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import { sqlitePath } from '../../src/database/database-url.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import type { GraphQLAnswer, TestClient } from '../support/client.ts';
import { HOUR, SECOND } from '../support/clock.ts';
import { login } from '../support/login.ts';
import { storedNotes, storeNotes } from '../support/notes.ts';

const CREATE = `mutation ($title: String!) {
  createNote(input: { title: $title }) { ... on CreateNoteSuccess { note { title } } }
}`;
const VIEWER = '{ viewer { username } }';
const ME = { viewer: { username: 'ada' } };

test('[D5] while another process has the file locked, a write is a 503 within seconds, and reads go on', async () => {
  const { app, ada, ready } = await createScene();
  await using _app = app;
  using lock = lockedBy(pathOf(app));

  const started = performance.now();
  const first = await write(ada);
  const waited = performance.now() - started;
  const second = await write(ada);
  expectUnavailable(first);
  expectUnavailable(second);
  expect(waited).toBeLessThan(5000);
  // Whoever comes next does not wait again.
  expect(performance.now() - started - waited).toBeLessThan(1000);
  expect((await ada.query(VIEWER)).data).toEqual(ME);
  expect(await ready()).toBe(503);

  lock.release();
  expect((await write(ada)).data.createNote.note).toEqual({ title: 'new' });
  expect(await ready()).toBe(200);
});

test('[D5] a lock that is lifted soon is waited for, and nothing else stands still meanwhile', async () => {
  const { app, ada } = await createScene();
  await using _app = app;
  using lock = lockedBy(pathOf(app));
  let isWritten = false;

  const writing = write(ada).finally(() => {
    isWritten = true;
  });
  for (let count = 0; count < 10; count += 1) {
    expect((await app.client().request('/health')).status).toBe(200);
    await sleep(10);
  }
  expect(isWritten).toBe(false);
  lock.release();

  expect((await writing).errors).toEqual([]);
});

test('[D5] many writes that find the file locked are all answered, and none is left waiting', async () => {
  const { app, ada } = await createScene();
  await using _app = app;
  using _lock = lockedBy(pathOf(app));
  const started = performance.now();

  const answers = await Promise.all(Array.from({ length: 20 }, async () => write(ada)));

  answers.forEach(expectUnavailable);
  expect(performance.now() - started).toBeLessThan(6000);
});

test('[D5] on a read-only disk writes are a 503, and reads go on though a use cannot be noted', async () => {
  const { app, ada, ready } = await createScene();
  await using _app = app;
  const token = await app.withToken(await app.createUser('grace'));
  await pragma(app, 'query_only = on');
  app.clock.advance(2 * HOUR);

  expect((await ada.query(VIEWER)).data).toEqual(ME);
  expect((await token.query(VIEWER)).data).toEqual({ viewer: { username: 'grace' } });
  expect(app.logged).toEqual([
    expect.objectContaining({ event: 'session_use_not_written', level: 40 }),
    expect.objectContaining({ event: 'token_use_not_written', level: 40 }),
  ]);
  expectUnavailable(await write(ada));
  expect(await ready()).toBe(503);

  await pragma(app, 'query_only = off');
  expect((await write(ada)).errors).toEqual([]);
  expect(await ready()).toBe(200);
});

test('[D5] on a read-only disk a cookie in another browser is still worth less, and may read', async () => {
  const { app } = await createScene();
  await using _app = app;
  const ada = app.client();
  ada.headers['user-agent'] = FIREFOX;
  await login(ada, 'ada');
  expect((await ada.query(SESSION)).data.authentication.freshUntil).not.toBeNull();
  await pragma(app, 'query_only = on');

  ada.headers['user-agent'] = CHROME;
  const { data, errors } = await ada.query(SESSION);

  expect(errors).toEqual([]);
  expect(data.authentication.freshUntil).toBeNull();
  expect(app.events.filter(({ type }) => type === 'SESSION_PROTECTED')).toEqual([]);

  await pragma(app, 'query_only = off');
  await ada.query(SESSION);
  expect(app.events.filter(({ type }) => type === 'SESSION_PROTECTED')).toHaveLength(1);
});

test('[D5] on a full disk writes are a 503, and reads go on; with room again, so do writes', async () => {
  const { app, ada, ready } = await createScene();
  await using _app = app;
  await pragma(app, 'max_page_count = 1');
  const body = 'x'.repeat(100_000);

  expectUnavailable(await write(ada, body));
  expectUnavailable(await write(ada, body));
  expect((await ada.query(VIEWER)).data).toEqual(ME);
  expect(await ready()).toBe(503);
  expect(await storedNotes(app)).toEqual([]);

  await pragma(app, 'max_page_count = 1000000');
  expect(await ready()).toBe(200);
  expect((await write(ada, body)).errors).toEqual([]);
  expect(await storedNotes(app)).toHaveLength(1);
});

test('[D5] a file that is gone takes no write, is read on, and is used again once it is back', async () => {
  const { app, ada, ready } = await createScene();
  await using _app = app;
  const databasePath = pathOf(app);
  await write(ada);
  renameSync(databasePath, `${databasePath}-away`);

  expectUnavailable(await write(ada));
  expect((await ada.query(VIEWER)).data).toEqual(ME);
  expect(await ready()).toBe(503);
  expect(statSync(databasePath, { throwIfNoEntry: false })).toBeUndefined();

  renameSync(`${databasePath}-away`, databasePath);
  expect((await write(ada)).errors).toEqual([]);
  expect(await ready()).toBe(200);
  expect(await storedNotes(app)).toHaveLength(2);
});

test('[D5] a file that was put in the place of the old one is used from then on', async () => {
  const { app, ada, ready } = await createScene();
  await using _app = app;
  const databasePath = pathOf(app);
  await pragma(app, 'wal_checkpoint(truncate)');
  copyFileSync(databasePath, `${databasePath}-copy`);
  await write(ada);
  renameSync(`${databasePath}-copy`, databasePath);

  expect((await write(ada)).errors).toEqual([]);
  expect(await ready()).toBe(200);
  const notes = await storedNotes(app);
  expect(notes).toHaveLength(1);
  await app.orm.close();
  expect(countIn(databasePath)).toBe(1);
});

test('[D5] a file of another kind in the place of the old one is not touched, and the old one is taken back', async () => {
  const { app, ada, ready } = await createScene();
  await using _app = app;
  const databasePath = pathOf(app);
  await write(ada);
  renameSync(databasePath, `${databasePath}-away`);
  const foreign = new Database(databasePath);
  foreign.exec('create table recipe (id integer)');
  foreign.close();
  const bytes = readFileSync(databasePath);

  expectUnavailable(await write(ada));
  expect(await ready()).toBe(503);
  expect(readFileSync(databasePath)).toEqual(bytes);

  renameSync(`${databasePath}-away`, databasePath);
  expect((await write(ada)).errors).toEqual([]);
  expect(await ready()).toBe(200);
  expect(await storedNotes(app)).toHaveLength(2);
});

test('[D5] a damaged file is a 503, and is used again once it is mended', async () => {
  const { app, ada, user, ready } = await createScene();
  await using _app = app;
  const databasePath = pathOf(app);
  await storeNotes(
    app,
    user,
    Array.from({ length: 200 }, () => ({ body: 'x'.repeat(2000) })),
  );
  await pragma(app, 'wal_checkpoint(truncate)');
  const sound = readFileSync(databasePath);
  const damaged = Buffer.from(sound).fill(0x5a, 4096);
  writeFileSync(databasePath, damaged);
  await pragma(app, 'shrink_memory');

  expectUnavailable(await ada.query(VIEWER));
  expectUnavailable(await write(ada));
  expect(await ready()).toBe(503);

  writeFileSync(databasePath, sound);
  expect((await ada.query(VIEWER)).data).toEqual(ME);
  expect((await write(ada)).errors).toEqual([]);
  expect(await ready()).toBe(200);
  expect(await storedNotes(app)).toHaveLength(201);
});

test('[D5] a file that was cut off is a 503, and is used again once it is whole', async () => {
  const { app, ada, ready } = await createScene();
  await using _app = app;
  const databasePath = pathOf(app);
  await pragma(app, 'wal_checkpoint(truncate)');
  const sound = readFileSync(databasePath);
  truncateSync(databasePath, 0);
  await pragma(app, 'shrink_memory');

  expectUnavailable(await write(ada));
  expect(await ready()).toBe(503);

  writeFileSync(databasePath, sound);
  expect((await write(ada)).errors).toEqual([]);
  expect(await ready()).toBe(200);
});

test('[D5] a fault tells the client nothing, and the log its cause, once for each request', async () => {
  const { app, ada } = await createScene();
  await using _app = app;
  await pragma(app, 'query_only = on');
  const aliases = Array.from(
    { length: 5 },
    (_, index) => `note${index}: createNote(input: { title: "new" }) { __typename }`,
  );

  const { text, errors, headers } = await ada.query(`mutation { ${aliases.join('\n')} }`);

  expect(errors).toHaveLength(5);
  expect(text).not.toMatch(/sqlite|readonly|insert|\.db/iu);
  expect(app.logged).toEqual([
    expect.objectContaining({
      event: 'request_failed',
      code: 'SERVICE_UNAVAILABLE',
      requestId: headers.get('x-request-id'),
      err: expect.objectContaining({ code: expect.stringMatching(/^SQLITE_READONLY/u) }),
    }),
  ]);
});

test('[D5] the log says once that the database cannot be used, and once that it can be again', async () => {
  const { app, ready } = await createScene();
  await using _app = app;
  await pragma(app, 'query_only = on');
  const answers = [await ready(), await ready(), await ready()];
  await pragma(app, 'query_only = off');
  answers.push(await ready(), await ready());

  expect(answers).toEqual([503, 503, 503, 200, 200]);
  expect(app.logged).toEqual([
    expect.objectContaining({ event: 'database_unavailable', level: 50 }),
    expect.objectContaining({ event: 'database_available', level: 30 }),
  ]);
});

const SESSION = '{ authentication { freshUntil } }';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36';

async function createScene() {
  const app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user, { remembered: true });

  return {
    app,
    user,
    ada,
    /** An answer holds for a second. */
    ready: async () => {
      app.clock.advance(SECOND);

      return (await app.client().request('/ready')).status;
    },
  };
}

async function write(client: TestClient, body = ''): Promise<GraphQLAnswer> {
  return body
    ? client.query(
        'mutation ($body: String!) { createNote(input: { title: "new", body: $body }) { __typename } }',
        { body },
      )
    : client.query(CREATE, { title: 'new' });
}

function expectUnavailable({ status, errors }: GraphQLAnswer): void {
  expect({ status, codes: errors.map(({ extensions }) => extensions['code']) }).toEqual({
    status: 503,
    codes: ['SERVICE_UNAVAILABLE'],
  });
}

/** As another process would: it is about to write, and does not come to an end. */
function lockedBy(path: string): Disposable & { release(): void } {
  const other = new Database(path);
  other.exec('begin immediate');

  return { release: () => other.exec('rollback'), [Symbol.dispose]: () => other.close() };
}

async function pragma({ orm }: TestApp, text: string): Promise<void> {
  await orm.em.getConnection().execute(`pragma ${text}`);
}

function countIn(path: string): unknown {
  const reader = new Database(path, { readonly: true });
  const count = reader.prepare('select count(*) from note').pluck().get();
  reader.close();

  return count;
}

function pathOf({ databaseUrl }: TestApp): string {
  return sqlitePath(databaseUrl) ?? '';
}
