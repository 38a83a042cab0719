import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  type GraphQLFieldConfig,
} from 'graphql';
import { expect, test } from 'vitest';

import type { Context } from '../../src/context.ts';
import { badUserInput } from '../../src/graphql/errors.ts';
import { createTestApp, type TestApp } from '../support/app.ts';

const SECRET = 'swordfish';

type Field = GraphQLFieldConfig<unknown, Context>;

/** A schema with one field that fails, and one that does not. */
function schemaWith(field: Field): GraphQLSchema {
  const fine: Field = { type: GraphQLString, resolve: () => 'fine' };

  return new GraphQLSchema({
    query: new GraphQLObjectType<unknown, Context>({ name: 'Query', fields: { field, fine } }),
  });
}

function throwing(error: unknown): Field {
  return {
    type: GraphQLString,
    resolve: () => {
      throw error;
    },
  };
}

const failures: Record<string, Field> = {
  'an error': throwing(new Error(`the password is ${SECRET}`)),
  'an error with a code of its own': throwing(
    Object.assign(new Error(SECRET), { code: 'ENOENT', path: `/etc/${SECRET}` }),
  ),
  'an error with extensions': throwing(
    Object.assign(new Error(SECRET), { extensions: { code: 'FINE', secret: SECRET } }),
  ),
  'a GraphQLError without a code': throwing(new GraphQLError(SECRET)),
  'a string': throwing(SECRET),
  undefined: throwing(undefined),
  'an object': throwing({ message: SECRET, stack: SECRET }),
  'an error with a cause': throwing(new Error('outer', { cause: new Error(SECRET) })),
  'many errors': throwing(new AggregateError([new Error(SECRET)], SECRET)),
  'a rejection': { type: GraphQLString, resolve: async () => Promise.reject(new Error(SECRET)) },
  'a value that is an error': { type: GraphQLString, resolve: () => new Error(SECRET) },
  'a value of another type': { type: GraphQLBoolean, resolve: () => ({ secret: SECRET }) },
  'a null that may not be': { type: new GraphQLNonNull(GraphQLString), resolve: () => null },
  'a statement that fails': {
    type: GraphQLString,
    resolve: async (_root, _args, { em }) =>
      em.getConnection().execute(`select ${SECRET} from nowhere`),
  },
};

test.for(Object.entries(failures))('[E6] %s is masked', async ([, field]) => {
  await using app = await createTestApp({ schema: schemaWith(field) });

  const { status, text, errors } = await app.client().query('{ field fine }');

  expect(status).toBe(200);
  expect(errors).toHaveLength(1);
  expect(errors).toMatchObject([
    {
      path: ['field'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
    },
  ]);
  expect(Object.keys(errors[0]?.extensions ?? {}).toSorted()).toEqual(['code', 'requestId']);
  expect(text).not.toMatch(new RegExp(`${SECRET}|select|node_modules|\\bat \\w|outer`, 'u'));
});

test.for(Object.entries(failures))(
  '[E6] the log tells the cause under the request id: %s',
  async ([, field]) => {
    await using app = await createTestApp({ schema: schemaWith(field) });

    const { headers, errors } = await app.client().query('{ field }');

    const requestId = errors[0]?.extensions['requestId'];
    expect(headers.get('x-request-id')).toBe(requestId);
    expect(failuresIn(app)).toMatchObject([
      { requestId, event: 'request_failed', path: ['field'] },
    ]);
  },
);

test('[E6] two failures of one operation are logged each', async () => {
  await using app = await createTestApp({ schema: schemaWith(throwing(new Error(SECRET))) });

  const { errors } = await app.client().query('{ one: field two: field fine }');

  expect(errors.map(({ path }) => path)).toEqual([['one'], ['two']]);
  expect(failuresIn(app)).toMatchObject([{ path: ['one'] }, { path: ['two'] }]);
});

test('[E6] a failed neighbour takes nothing from a field', async () => {
  await using app = await createTestApp({ schema: schemaWith(throwing(new Error(SECRET))) });

  expect((await app.client().query('{ field fine }')).data).toEqual({ field: null, fine: 'fine' });
});

test('[E6] the ids of two requests differ', async () => {
  await using app = await createTestApp();
  const client = app.client();

  const ids = [
    await client.query('{ viewer { id } }'),
    await client.query('{ viewer { id } }'),
  ].map(({ headers }) => headers.get('x-request-id'));

  expect(new Set(ids).size).toBe(2);
  expect(ids).not.toContain(null);
});

test('[E6] a request id that a client sends is not taken', async () => {
  await using app = await createTestApp();

  const { headers } = await app
    .client()
    .post({ query: '{ viewer { id } }' }, { 'x-request-id': 'forged' });

  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/u);
});

test('an error that was made for clients reaches them, and is not logged', async () => {
  await using app = await createTestApp({ schema: schemaWith(throwing(badUserInput('Not so.'))) });

  const { errors } = await app.client().query('{ field }');

  expect(errors).toMatchObject([{ message: 'Not so.', extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(failuresIn(app)).toEqual([]);
});

test('[E6] a failure while the context is built is masked', async () => {
  await using app = await createTestApp({
    plugins: [
      {
        onContextBuilding: () => {
          throw new Error(SECRET);
        },
      },
    ],
  });

  const { status, text, errors } = await app.client().query('{ viewer { id } }');

  expect(status).toBe(500);
  expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  expect(text).not.toContain(SECRET);
  expect(failuresIn(app)).toHaveLength(1);
});

function failuresIn({ logged }: TestApp) {
  return logged.filter(({ event }) => event === 'request_failed');
}
