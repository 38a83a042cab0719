/** Faults of a real PostgreSQL server, on a real Jotter server where the whole of it matters. */
import { expect, test } from 'vitest';

import { register } from '../support/account.ts';
import { createTestApp } from '../support/app.ts';
import type { GraphQLAnswer } from '../support/client.ts';
import { HOUR } from '../support/clock.ts';
import { runIn } from '../support/database.ts';
import { storedNotes } from '../support/notes.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { makeReadOnly, TERMINATE_OTHERS } from '../support/storage.ts';
import { createTcpProxy } from '../support/tcp-proxy.ts';

const VIEWER = '{ viewer { username } }';
const ME = { viewer: { username: 'ada' } };
const CREATE = `mutation { createNote(input: { title: "new" }) {
  ... on CreateNoteSuccess { note { title } }
} }`;

test('[D5] while PostgreSQL is stopped, requests are a 503 at once; it comes back without a restart', async () => {
  await using postgres = await startPostgres();
  await using server = await startServer({ DATABASE_URL: postgres.urlOf('postgres') });
  const ada = server.client();
  await register(ada);

  await postgres.stop();
  const started = performance.now();
  expectUnavailable(await ada.query(VIEWER));
  expectUnavailable(await ada.query(CREATE));
  expect((await fetch(`${server.origin}/ready`)).status).toBe(503);
  expect((await fetch(`${server.origin}/health`)).status).toBe(200);
  expect(performance.now() - started).toBeLessThan(5000);

  await postgres.start();
  await expect.poll(async () => (await fetch(`${server.origin}/ready`)).status).toBe(200);
  expect((await ada.query(VIEWER)).data).toEqual(ME);
  expect((await ada.query(CREATE)).errors).toEqual([]);
  expectNothingTold(server, postgres);
});

test('[D5] while PostgreSQL hangs, requests are a 503 within seconds; it comes back without a restart', async () => {
  await using postgres = await startPostgres();
  await using proxy = await createTcpProxy(postgres.port);
  const url = postgres.urlOf('postgres').replace(`:${postgres.port}/`, `:${proxy.port}/`);
  await using server = await startServer({ DATABASE_URL: url, DATABASE_POOL_SIZE: '3' });
  const ada = server.client();
  await register(ada);

  proxy.freeze();
  const started = performance.now();
  const answers = await Promise.all(Array.from({ length: 5 }, async () => ada.query(VIEWER)));
  answers.forEach(expectUnavailable);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect((await fetch(`${server.origin}/ready`)).status).toBe(503);

  proxy.thaw();
  await expect.poll(async () => (await fetch(`${server.origin}/ready`)).status).toBe(200);
  expect((await ada.query(VIEWER)).data).toEqual(ME);
  expectNothingTold(server, postgres);
});

test('[D5] connections that PostgreSQL has closed are replaced, and no request notices', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await Promise.all(Array.from({ length: 5 }, async () => ada.query(VIEWER)));

  await runIn(app.databaseUrl, TERMINATE_OTHERS);
  await expect
    .poll(async () => (await ada.query(VIEWER)).data, { interval: 5, timeout: 1000 })
    .toEqual(ME);
  const answers = await Promise.all(Array.from({ length: 5 }, async () => ada.query(VIEWER)));

  expect(answers.map(({ data }) => data.viewer.username)).toEqual(Array(5).fill('ada'));
});

test('[D5] a connection that is killed in the midst of a mutation leaves nothing of it behind', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await runIn(
    app.databaseUrl,
    `create function die() returns trigger language plpgsql as
       $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
     create trigger die after insert on note for each row execute function die()`,
  );

  expectUnavailable(await ada.query(CREATE));
  expect(await storedNotes(app)).toEqual([]);

  await runIn(app.databaseUrl, 'drop trigger die on note');
  expect((await ada.query(CREATE)).errors).toEqual([]);
  expect(await storedNotes(app)).toHaveLength(1);
});

test('[D5] where PostgreSQL can only be read, writes are a 503, and reads go on though a use cannot be noted', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await makeReadOnly(app);
  app.clock.advance(2 * HOUR);

  await expect.poll(async () => (await ada.query(VIEWER)).data).toEqual(ME);
  expectUnavailable(await ada.query(CREATE));
  expect(await storedNotes(app)).toEqual([]);
  expect((await app.client().request('/ready')).status).toBe(503);
});

test('[D5] a statement that takes too long is ended, and is a 503', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await runIn(
    app.databaseUrl,
    `create function wait() returns trigger language plpgsql as
       $$ begin perform pg_sleep(60); return new; end $$;
     create trigger wait after insert on note for each row execute function wait()`,
  );
  const started = performance.now();

  expectUnavailable(await ada.query(CREATE));
  expect(performance.now() - started).toBeLessThan(9000);
  expect(await storedNotes(app)).toEqual([]);
});

test('[D5] what PostgreSQL undoes for the sake of another transaction is done again', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const { data } = await ada.query(
    'mutation { createNote(input: { title: "old" }) { ... on CreateNoteSuccess { note { id } } } }',
  );
  await runIn(
    app.databaseUrl,
    `create sequence tries;
     create function fail_once() returns trigger language plpgsql as
       $$ begin
         if nextval('tries') % 2 = 1 then raise exception using errcode = '40001'; end if;
         return coalesce(new, old);
       end $$;
     create trigger fail_once before update or delete on note
       for each row execute function fail_once()`,
  );
  const { id } = data.createNote.note;

  const updated = await ada.query(
    `mutation ($id: ID!) { updateNote(input: { id: $id, title: "new" }) { __typename } }`,
    { id },
  );
  expect(updated.data).toEqual({ updateNote: { __typename: 'UpdateNoteSuccess' } });
  expect(await storedNotes(app)).toMatchObject([{ title: 'new', version: 2 }]);

  const deleted = await ada.query(
    `mutation ($id: ID!) { deleteNote(input: { id: $id }) { __typename } }`,
    { id },
  );
  expect(deleted.data).toEqual({ deleteNote: { __typename: 'DeleteNoteSuccess' } });
  expect(await storedNotes(app)).toEqual([]);
});

test('[D5] what was prepared before a table was changed is a 503 at the most once a connection', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  expect((await ada.query(VIEWER)).data).toEqual(ME);

  await runIn(app.databaseUrl, 'alter table session alter column user_agent type text');
  expectUnavailable(await ada.query(VIEWER));

  expect((await ada.query(VIEWER)).data).toEqual(ME);
});

function expectUnavailable({ errors, status }: GraphQLAnswer): void {
  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['SERVICE_UNAVAILABLE']);
  expect(status).toBe(503);
}

/** Neither the password nor where the database is. */
function expectNothingTold({ logged }: TestServer, postgres: TestPostgres): void {
  const { password } = new URL(postgres.urlOf(''));
  const text = JSON.stringify(logged);

  expect(logged.filter(({ event }) => event === 'database_unavailable')).toHaveLength(1);
  expect(text).not.toContain(password);
  expect(text).not.toContain(decodeURIComponent(password));
}
