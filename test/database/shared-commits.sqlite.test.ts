import { join } from 'node:path';

import Database from 'better-sqlite3';
import { array, assert, asyncProperty, constantFrom } from 'fast-check';
import { Kysely, sql, type Transaction } from 'kysely';
import { expect, test } from 'vitest';

import { ReusingSqliteDialect } from '../../src/database/sqlite-dialect.ts';
import { createFolder } from '../support/folder.ts';

test('[D1] transactions that come together are made durable by one commit', async () => {
  await using store = await createStore();

  await Promise.all([1, 2, 3].map(async (id) => store.run('add', id)));

  expect(store.stored()).toEqual([1, 2, 3]);
  expect(store.statements.filter((text) => text === 'commit')).toHaveLength(1);
});

test('[D1] one that fails leaves nothing, and the others as they are', async () => {
  await using store = await createStore();

  const results = await Promise.allSettled([
    store.run('add', 1),
    store.run('add and fail', 2),
    store.run('add', 3),
  ]);

  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(store.stored()).toEqual([1, 3]);
});

test('[D1] where the commit fails, so have all that share it, and the next one is a new one', async () => {
  await using store = await createStore();

  const results = await Promise.allSettled([
    store.run('add', 1),
    store.run('add what cannot be committed', 2),
  ]);

  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(store.stored()).toEqual([]);
  await store.run('add', 3);
  expect(store.stored()).toEqual([3]);
});

test('[D1] where SQLite itself rolls back, those have failed that waited for the same commit', async () => {
  await using store = await createStore();

  const results = await Promise.allSettled([
    store.run('add', 1),
    store.run('make SQLite roll back', 2),
    store.run('add', 3),
  ]);

  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(store.stored()).toEqual([3]);
});

test('[D1] what follows in a transaction that SQLite has rolled back is not done outside of it', async () => {
  await using store = await createStore();

  const results = await Promise.allSettled([
    store.run('make SQLite roll back, and go on', 1),
    store.run('make SQLite roll back, and end', 2),
    store.run('add', 3),
  ]);

  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(store.stored()).toEqual([3]);
});

test('[D1] what comes after the end of a transaction is refused, and not done in that of another', async () => {
  await using store = await createStore();
  const kept = Promise.withResolvers<Transaction<Tables>>();

  const first = store.database.transaction().execute(async (tx) => {
    await insert(tx, 1);
    kept.resolve(tx);
  });
  const tx = await kept.promise;
  await first;

  await expect(insert(tx, 2)).rejects.toThrow(/transaction/iu);
  await store.run('add', 3);
  expect(store.stored()).toEqual([1, 3]);
});

test('[D1] what has ended when the file is closed is durable', async () => {
  await using store = await createStore();

  const added = [1, 2].map(async (id) => store.run('add', id));
  // Both have ended by then, and their commit is yet to come.
  const closed = store.whenInserted(2).then(async () => store.database.destroy());
  await Promise.all([...added, closed]);

  expect(store.stored()).toEqual([1, 2]);
});

test('[D1] a statement outside of a transaction waits for no commit but its own', async () => {
  await using store = await createStore();

  const results = await Promise.allSettled([
    store.run('add what cannot be committed', 1),
    store.run('add outside of a transaction', 2),
  ]);

  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(store.stored()).toEqual([2]);
});

test.each(['all', 'streamed'] as const)(
  '[D1] nobody outside of a transaction sees what is not committed, by %s',
  async (read) => {
    await using store = await createStore();
    const writing = store.run('add what cannot be committed', 1).catch(() => 'failed');

    expect(await store[read]()).toEqual([]);
    expect(await writing).toBe('failed');
  },
);

test('[D1] whatever comes together, what is reported as written is there, and nothing else', async () => {
  await assert(
    asyncProperty(array(constantFrom(...KINDS), { maxLength: 12 }), async (kinds) => {
      await using store = await createStore();

      const results = await Promise.allSettled(
        kinds.map(async (kind, id) => {
          await store.run(kind, id);
          expect(store.stored()).toContain(id);
        }),
      );

      const written = results.flatMap(({ status }, id) => (status === 'fulfilled' ? [id] : []));
      expect(store.stored()).toEqual(written);
    }),
    { numRuns: 100 },
  );
});

interface Tables {
  readonly thing: { readonly id: number; readonly parent: number | null };
}

/** What each does with a row of its own. */
const works = {
  add: async (tx, id) => insert(tx, id),
  'add and fail': async (tx, id) => {
    await insert(tx, id);
    throw new Error('on second thoughts');
  },
  'add what is there': async (tx, id) => {
    await insert(tx, id);
    await insert(tx, id);
  },
  'make SQLite roll back': async (tx, id) => {
    await insert(tx, id);
    await sql`insert or rollback into thing values (${id}, null)`.execute(tx);
  },
  'make SQLite roll back, and go on': async (tx, id) => {
    await works['make SQLite roll back'](tx, id).catch(() => {});
    await insert(tx, id).catch(() => {});
  },
  'make SQLite roll back, and end': async (tx, id) => {
    await works['make SQLite roll back'](tx, id).catch(() => {});
  },
  'add what cannot be committed': async (tx, id) => insert(tx, id, 1000),
} satisfies Record<string, (tx: Transaction<Tables>, id: number) => Promise<void>>;

type Kind = keyof typeof works | 'add outside of a transaction';

const KINDS: readonly Kind[] = [
  'add',
  'add and fail',
  'add what is there',
  'make SQLite roll back',
  'make SQLite roll back, and go on',
  'make SQLite roll back, and end',
  'add what cannot be committed',
  'add outside of a transaction',
];

async function insert(on: Kysely<Tables>, id: number, parent: number | null = null) {
  await sql`insert into thing values (${id}, ${parent})`.execute(on);
}

/** A file with a table of things, whose parents are looked for at the commit. */
async function createStore() {
  const folder = await createFolder();
  const path = join(folder.path, 'things.db');
  const statements: string[] = [];
  const dialect = new ReusingSqliteDialect(path, { onStatement: (text) => statements.push(text) });
  const database = new Kysely<Tables>({ dialect });
  await sql`create table thing (
    id integer primary key,
    parent integer references thing deferrable initially deferred
  )`.execute(database);
  const other = new Database(path, { readonly: true });
  const ids = other.prepare<[], number>('select id from thing order by id').pluck();

  function countInserts(): number {
    return statements.filter((text) => text.startsWith('insert')).length;
  }

  return {
    database,
    statements,
    /** Before the next turn of the event loop, and so before what has ended is committed. */
    whenInserted: async (count: number) => {
      for (let step = 0; step < 10_000 && countInserts() < count; step += 1) {
        await Promise.resolve();
      }
      expect(countInserts()).toBe(count);
    },
    /** As another process sees it. */
    stored: () => ids.all(),
    all: async () => (await sql`select id from thing`.execute(database)).rows,
    streamed: async () => Array.fromAsync(database.selectFrom('thing').select('id').stream()),
    run: async (kind: Kind, id: number): Promise<void> => {
      if (kind === 'add outside of a transaction') {
        return insert(database, id);
      }

      return database.transaction().execute(async (tx) => works[kind](tx, id));
    },
    [Symbol.asyncDispose]: async () => {
      other.close();
      await database.destroy();
      await folder[Symbol.asyncDispose]();
    },
  };
}
