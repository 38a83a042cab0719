import { setTimeout as sleep } from 'node:timers/promises';

import { GraphQLBoolean, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';

import { loadConfig } from '../../../src/config.ts';
import type { Context } from '../../../src/context.ts';
import { startTimeLimit } from '../../../src/graphql/limits/time-limit.ts';
import { schema as jotterSchema } from '../../../src/schema.ts';
import { User } from '../../../src/users/user.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { storedNotes, storeNotes } from '../../support/notes.ts';

/** What a slow field does between its beginning and its end. */
type Work = (context: Context) => Promise<unknown>;

/** A schema of fields that take their time, each with work of its own. */
function schemaOf(fields: Record<string, Work>): GraphQLSchema {
  const configs = Object.fromEntries(
    Object.entries(fields).map(([name, work]) => [
      name,
      {
        type: GraphQLBoolean,
        resolve: async (_root: unknown, _args: unknown, context: Context) => {
          await work(context);

          return true;
        },
      },
    ]),
  );
  const query = new GraphQLObjectType({ name: 'Query', fields: configs });

  return new GraphQLSchema({
    query,
    mutation: new GraphQLObjectType({ name: 'Mutation', fields: configs }),
  });
}

async function createSlowApp(schema: GraphQLSchema, time = 100): Promise<TestApp> {
  const operationLimits = {
    ...loadConfig({ DATABASE_URL: 'sqlite::memory:' }).operationLimits,
    time,
  };

  return createTestApp({ schema, config: { operationLimits } });
}

async function write({ em }: Context, username: string): Promise<void> {
  const now = new Date(0);
  em.create(User, { username, usernameKey: username, passwordHash: 'none', createdAt: now });
  await em.flush();
}

async function usernames(app: TestApp): Promise<string[]> {
  return (await app.orm.em.fork().find(User, {})).map(({ username }) => username);
}

test.each(['query', 'mutation'])(
  '[E2] a %s that takes too long is stopped with a code',
  async (type) => {
    await using app = await createSlowApp(
      schemaOf({ slow: async () => sleep(10_000, null, { ref: false }) }),
    );
    const { status, data, errors } = await app.client().query(`${type} { slow }`);

    expect(status).toBe(200);
    expect(data).toBeNull();
    expect(errors.map(({ extensions }) => extensions)).toEqual([
      { code: 'OPERATION_TIMEOUT', limit: 100, actual: expect.any(Number) },
    ]);
    expect(Number(errors[0]?.extensions['actual'])).toBeGreaterThanOrEqual(99);
    expect(app.logged).toContainEqual(expect.objectContaining({ event: 'operation_stopped' }));
  },
);

test('[E2] an operation that is stopped writes nothing more, in no way', async () => {
  const late = Promise.withResolvers<void>();
  const outcomes: Promise<unknown>[] = [];
  function afterwards(work: Work): Work {
    return async (context) => {
      await late.promise;
      const outcome = work(context);
      outcomes.push(
        outcome.then(
          () => 'written',
          () => 'refused',
        ),
      );
      await outcome;
    };
  }
  const fields: Record<string, Work> = {
    flush: async (context) => write(context, 'flush'),
    insert: async ({ em }) =>
      em.insert(User, {
        id: crypto.randomUUID(),
        username: 'insert',
        usernameKey: 'insert',
        passwordHash: 'none',
        createdAt: new Date(0),
      }),
    update: async ({ em }) => em.nativeUpdate(User, {}, { username: 'update' }),
    delete: async ({ em }) => em.nativeDelete(User, {}),
    transaction: async ({ em }) =>
      em.transactional(async (tx) => {
        tx.create(User, {
          username: 'tx',
          usernameKey: 'tx',
          passwordHash: 'none',
          createdAt: new Date(0),
        });
      }),
    kysely: async ({ em, signal }) =>
      em.getKysely<any>().updateTable('user').set({ username: 'kysely' }).execute({ signal }),
    fork: async ({ em }) => em.fork().nativeDelete(User, {}),
  };
  const schema = schemaOf(
    Object.fromEntries(Object.entries(fields).map(([name, work]) => [name, afterwards(work)])),
  );
  await using app = await createSlowApp(schema);
  await app.createUser('ada');

  const { errors } = await app.client().query(`{ ${Object.keys(fields).join(' ')} }`);
  late.resolve();
  await sleep(20);

  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['OPERATION_TIMEOUT']);
  expect(await Promise.all(outcomes)).toEqual(Object.keys(fields).map(() => 'refused'));
  expect(await usernames(app)).toEqual(['ada']);
});

test('[E2] a transaction that is stopped in its midst is rolled back, and others go on', async () => {
  const schema = schemaOf({
    slow: async ({ em }) =>
      em.transactional(async (tx) => {
        tx.create(User, {
          username: 'half',
          usernameKey: 'half',
          passwordHash: 'none',
          createdAt: new Date(0),
        });
        await tx.flush();
        await sleep(300);
      }),
    quick: async (context) => write(context, 'quick'),
  });
  await using app = await createSlowApp(schema);

  const { errors } = await app.client().query('mutation { slow }');
  expect(errors[0]?.extensions['code']).toBe('OPERATION_TIMEOUT');
  await sleep(300);
  expect((await app.client().query('mutation { quick }')).data).toEqual({ quick: true });
  expect(await usernames(app)).toEqual(['quick']);
});

test('[E2] after the time is up, no further mutation of the operation begins', async () => {
  const begun: string[] = [];
  const schema = schemaOf({
    first: async () => sleep(200),
    second: async () => begun.push('second'),
  });
  await using app = await createSlowApp(schema);

  await app.client().query('mutation { first second }');
  await sleep(200);
  expect(begun).toEqual([]);
});

test('[E2] a client that has gone stops its operation', async () => {
  const begun = Promise.withResolvers<void>();
  const late = Promise.withResolvers<void>();
  const written = Promise.withResolvers<string>();
  const schema = schemaOf({
    slow: async (context) => {
      begun.resolve();
      await late.promise;
      await write(context, 'late').then(
        () => written.resolve('written'),
        () => written.resolve('refused'),
      );
    },
  });
  await using app = await createSlowApp(schema, 60_000);
  const client = new AbortController();
  const answer = app.client().request('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"mutation { slow }"}',
    signal: client.signal,
  });
  await begun.promise;
  client.abort();
  const response = await answer;
  late.resolve();

  expect(await response.json()).toMatchObject({
    data: null,
    errors: [{ extensions: { code: 'OPERATION_CANCELLED' } }],
  });
  expect(await written.promise).toBe('refused');
  expect(await usernames(app)).toEqual([]);
});

test('[E2] an operation in time is not touched by its limit, then or later', async () => {
  await using app = await createSlowApp(jotterSchema, 500);
  const author = await app.createUser('ada');
  await storeNotes(app, author, [{}]);
  const ada = await app.as(author);
  const { errors } = await ada.query(
    'mutation { createNote(input: { title: "in time" }) { __typename } }',
  );
  await sleep(600);

  expect(errors).toEqual([]);
  expect(await storedNotes(app)).toHaveLength(2);
  expect(app.logged.filter(({ event }) => event === 'operation_stopped')).toEqual([]);
});

test('a limit that is over leaves nothing behind on the client and no timer', async () => {
  const client = new AbortController();
  const { signal } = startTimeLimit(client.signal, 10_000);
  const limit = startTimeLimit(client.signal, 10);
  limit[Symbol.dispose]();
  client.abort();
  await sleep(20);

  expect(signal.aborted).toBe(true);
  expect(limit.signal.aborted).toBe(false);
});

test('a client that has gone before it began is not worked for', async () => {
  using limit = startTimeLimit(AbortSignal.abort(), 10_000);

  await expect(limit.race(async () => 'done')).rejects.toMatchObject({
    extensions: { code: 'OPERATION_CANCELLED' },
  });
});
