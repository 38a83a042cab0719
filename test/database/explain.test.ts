import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';

import { createTestApp, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { isOnPostgres } from '../support/database.ts';
import { storeNotes } from '../support/notes.ts';

const NOTES = '{ edges { cursor node { title body author { username } } } }';

const lists: [name: string, query: (args: string) => string][] = [
  ['the public notes', (args) => `{ list: notes${args} ${NOTES} }`],
  ['own notes', (args) => `{ viewer { list: notes${args} ${NOTES} } }`],
  ['the public notes of somebody', (args) => `{ viewer { user { list: notes${args} ${NOTES} } } }`],
  ['own sessions', (args) => `{ viewer { list: sessions${args} { edges { cursor } } } }`],
  ['own access tokens', (args) => `{ viewer { list: accessTokens${args} { edges { cursor } } } }`],
  ['own events', (args) => `{ viewer { list: securityEvents${args} { edges { cursor } } } }`],
];

const places: [name: string, args: (first: string, last: string) => string][] = [
  ['from the start', () => '(first: 2)'],
  ['from the end', () => '(last: 2)'],
  ['after a cursor', (first) => `(first: 2, after: "${first}")`],
  ['before a cursor', (_, last) => `(last: 2, before: "${last}")`],
  ['between two cursors', (first, last) => `(first: 2, after: "${first}", before: "${last}")`],
];

describe.each(lists)('a page of %s', (_list, query) => {
  test.each(places)('%s, is a range of an index, without a sort', async (_place, args) => {
    await using app = await createTestApp();
    const ada = await clientWithRows(app);
    const cursors = await cursorsOf(ada, query('(first: 3)'));
    await forgetSessions(app);

    const statements = await app.statementsOf(async () => {
      const { errors } = await ada.query(query(args(cursors.at(0) ?? '', cursors.at(-1) ?? '')));

      expect(errors).toEqual([]);
    });

    expect(statements.length).toBeGreaterThan(1);
    for (const statement of statements) {
      expectIndex(await planOf(app, statement));
    }
  });
});

test('what is looked up by its id is found by an index, and so is the session with its user', async () => {
  await using app = await createTestApp();
  const ada = await clientWithRows(app);
  const { data } = await ada.query('{ notes(first: 2) { nodes { id } } }');
  const ids = data.notes.nodes.map(({ id }: { id: string }) => id);
  await forgetSessions(app);

  const statements = await app.statementsOf(async () =>
    ada.query(
      'query ($a: ID!, $b: ID!) { note(id: $a) { title } node(id: $b) { ... on Note { title } } }',
      { a: ids[0], b: ids[1] },
    ),
  );

  expect(statements).toHaveLength(3);
  for (const statement of statements) {
    expectIndex(await planOf(app, statement));
  }
});

function expectIndex(plan: string): void {
  expect(plan).toMatch(/Index (?:Only )?Scan|USING (?:COVERING )?INDEX/u);
  expect(plan).not.toMatch(/\bSCAN\b|TEMP B-TREE|Seq Scan|Sort/u);
}

async function clientWithRows(app: TestApp): Promise<TestClient> {
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  await storeNotes(
    app,
    user,
    Array.from({ length: 5 }, () => ({ visibility: 'PUBLIC' })),
  );
  for (const name of ['a', 'b', 'c', 'd']) {
    await app.as(user);
    await ada.query(`mutation { createAccessToken(input: { name: "${name}" }) { __typename } }`);
  }

  return ada;
}

/** After a change of whatever, none is remembered: the next one is read. */
async function forgetSessions(app: TestApp): Promise<void> {
  await app.createUser('grace');
}

async function cursorsOf(client: TestClient, query: string): Promise<string[]> {
  const { data } = await client.query(query);
  const { list } = data.viewer?.user ?? data.viewer ?? data;

  return list.edges.map(({ cursor }: { cursor: string }) => cursor);
}

/** As the planner would run it on a table that is too large to be read as a whole. */
async function planOf({ orm }: TestApp, statement: string): Promise<string> {
  const rows = await orm.em.fork().transactional(async (em) => {
    const database = em.getKysely();
    if (!isOnPostgres()) {
      return (await sql.raw(`explain query plan ${statement}`).execute(database)).rows;
    }
    for (const way of ['seqscan', 'bitmapscan', 'sort']) {
      await sql.raw(`set local enable_${way} = off`).execute(database);
    }

    return (await sql.raw(`explain (generic_plan) ${statement}`).execute(database)).rows;
  });

  return JSON.stringify(rows);
}
