/** Streams of one process, and what happens in another one. */
import { expect, test } from 'vitest';

import { register } from '../support/account.ts';
import { createTestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { createTestDatabase, runIn } from '../support/database.ts';
import { createFolder } from '../support/folder.ts';
import { startPostgres } from '../support/postgres.ts';
import { CLI, runNode } from '../support/program.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { NOTE_CHANGED, PUBLIC_NOTE_CHANGED, subscribe } from '../support/stream.ts';

const CREATE =
  'mutation { createNote(input: { title: "new", visibility: PUBLIC }) { __typename } }';

/** Ends the connections that listen, and tells whether there were any. */
const CUT = `select count(pg_terminate_backend(pid)) as cut from pg_stat_activity
  where application_name = 'jotter changes' and datname = current_database()`;

interface Scene extends AsyncDisposable {
  readonly url: string;
  readonly one: TestServer;
  readonly other: TestServer;
  /** The same session in each of the two processes. */
  readonly adaAtOne: TestClient;
  readonly adaAtOther: TestClient;
}

async function createScene(): Promise<Scene> {
  await using parts = new AsyncDisposableStack();
  const database = parts.use(await createTestDatabase());
  const env = {
    DATABASE_URL: database.url,
    SESSION_SECRETS: 'one secret for all of the processes',
    STREAM_HEARTBEAT: '1h',
  };
  const one = parts.use(await startServer(env));
  const other = parts.use(await startServer(env));
  const adaAtOne = one.client();
  await register(adaAtOne);
  const adaAtOther = other.client();
  await adaAtOther.setCookie((await adaAtOne.cookie()) ?? '');
  const scene = parts.move();

  return {
    url: database.url,
    one,
    other,
    adaAtOne,
    adaAtOther,
    [Symbol.asyncDispose]: async () => scene.disposeAsync(),
  };
}

test('[F1] a note that is written in one process arrives in another', async () => {
  await using scene = await createScene();
  await using own = await subscribe(scene.adaAtOther, NOTE_CHANGED);
  await using everybodys = await subscribe(scene.other.client(), PUBLIC_NOTE_CHANGED);

  await scene.adaAtOne.query(CREATE);

  expect(await own.next()).toMatchObject({ data: { noteChanged: { note: { title: 'new' } } } });
  expect(await everybodys.next()).toMatchObject({
    data: { publicNoteChanged: { note: { title: 'new' } } },
  });
});

test('[F1] what is told by somebody else interrupts the streams, and the process goes on', async () => {
  await using scene = await createScene();
  await using stream = await subscribe(scene.adaAtOther, NOTE_CHANGED);

  await runIn(scene.url, "notify jotter_changes, 'not what Jotter says'");

  expect(await stream.endCode()).toBe('STREAM_INTERRUPTED');
  expect((await scene.adaAtOther.query('{ viewer { username } }')).data).toEqual({
    viewer: { username: 'ada' },
  });
});

test('[F1] a logout in one process ends the stream in another at once', async () => {
  await using scene = await createScene();
  await using stream = await subscribe(scene.adaAtOther, NOTE_CHANGED);
  const started = performance.now();

  await scene.adaAtOne.query('mutation { logout { __typename } }');

  expect(await stream.endCode()).toBe('SESSION_ENDED');
  expect(performance.now() - started).toBeLessThan(3000);
});

test.for([
  [['session', 'end', 'ada', '--all'], 'SESSION_ENDED'],
  [['user', 'disable', 'ada'], 'ACCOUNT_DISABLED'],
] as const)(
  '[F1] the command %s ends streams of a running server at once',
  async ([args, code]) => {
    await using scene = await createScene();
    await using stream = await subscribe(scene.adaAtOne, NOTE_CHANGED);

    await using folder = await createFolder();
    const env = { DATABASE_URL: scene.url };
    const { code: status } = await runNode([CLI, ...args], { directory: folder.path, env });

    expect(status).toBe(0);

    expect(await stream.endCode()).toBe(code);
  },
);

test('[F1] [D5] streams end when changes may have been missed, and new ones miss nothing', async () => {
  await using scene = await createScene();
  await using before = await subscribe(scene.adaAtOther, NOTE_CHANGED);

  const [{ cut } = {}] = await runIn(scene.url, CUT);
  expect(Number(cut)).toBeGreaterThan(0);
  expect(await before.next()).toMatchObject({
    errors: [{ extensions: { code: 'STREAM_INTERRUPTED', isRetriable: true } }],
  });

  await using after = await subscribe(scene.adaAtOther, NOTE_CHANGED);
  await scene.adaAtOne.query(CREATE);
  expect(await after.next()).toMatchObject({ data: { noteChanged: { isNew: true } } });
});

test('[F1] [D5] while PostgreSQL is stopped there are no streams; they come back with it', async () => {
  await using postgres = await startPostgres();
  await using server = await startServer({ DATABASE_URL: postgres.urlOf('postgres') });
  const ada = server.client();
  await register(ada);
  await using before = await subscribe(ada, NOTE_CHANGED);

  await postgres.stop();
  expect(await before.endCode()).toBe('STREAM_INTERRUPTED');
  await using meanwhile = await subscribe(server.client(), PUBLIC_NOTE_CHANGED);
  expect(await meanwhile.endCode()).toBe('SERVICE_UNAVAILABLE');

  await postgres.start();
  await expect
    .poll(async () => (await ada.query('{ viewer { username } }')).data)
    .toEqual({ viewer: { username: 'ada' } });
  await using after = await subscribe(ada, NOTE_CHANGED);
  await ada.query(CREATE);
  expect(await after.next()).toMatchObject({ data: { noteChanged: { isNew: true } } });
});

test('[F1] what PostgreSQL does not commit is not told', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await using stream = await subscribe(ada, NOTE_CHANGED);
  await runIn(
    app.databaseUrl,
    `create function fail() returns trigger language plpgsql as
       $$ begin if new.title = 'never' then raise exception 'no'; end if; return new; end $$;
     create constraint trigger fail after insert on note
       deferrable initially deferred for each row execute function fail()`,
  );

  await ada.query('mutation { createNote(input: { title: "never" }) { __typename } }');
  await ada.query(CREATE);

  expect(await stream.next()).toMatchObject({ data: { noteChanged: { note: { title: 'new' } } } });
});
