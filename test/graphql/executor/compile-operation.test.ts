import { setTimeout as sleep } from 'node:timers/promises';

import * as fc from 'fast-check';
import {
  buildSchema,
  execute,
  getOperationAST,
  getVariableValues,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  parse,
  type ExecutionResult,
  type GraphQLFieldConfig,
  type GraphQLResolveInfo,
} from 'graphql';
import { expect, test } from 'vitest';

import { compileOperation } from '../../../src/graphql/executor/compile-operation.ts';
import { choiceOf } from '../../../src/graphql/executor/conditions.ts';
import { fromSource } from '../../../src/graphql/executor/source-resolver.ts';
import { createExecute } from '../../../src/graphql/executor/use-executor.ts';

type Fields = Record<string, GraphQLFieldConfig<any, any>>;

function schemaOf(fields: Fields): GraphQLSchema {
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields }),
    mutation: new GraphQLObjectType({ name: 'Mutation', fields }),
  });
}

function run(
  fields: Fields,
  source: string,
  args: { contextValue?: unknown; rootValue?: unknown; signal?: AbortSignal } = {},
): ExecutionResult | Promise<ExecutionResult> {
  const schema = schemaOf(fields);
  const document = parse(source);
  const operation = getOperationAST(document);
  if (!operation) {
    throw new Error('There is one operation.');
  }
  const { variableValues } = getVariableValues(schema, operation.variableDefinitions ?? [], {});
  if (!variableValues) {
    throw new Error('There are no variables.');
  }

  return compileOperation(
    schema,
    document,
    operation,
  )({
    contextValue: args.contextValue,
    variableValues,
    ...args,
  });
}

function text(resolve: GraphQLFieldConfig<any, any>['resolve']) {
  return { type: GraphQLString, ...(resolve && { resolve }) };
}

test('what is there at once is answered at once', () => {
  expect(run({ a: text(() => 'a') }, '{ a b: a __typename }')).toMatchObject({
    data: { a: 'a', b: 'a', __typename: 'Query' },
  });
});

test('an answer is made of plain objects, whatever the names in it are', async () => {
  const { data } = await run({ a: text(() => 'a') }, '{ constructor: a __proto__: a last: a }');

  expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  expect(JSON.stringify(data)).toBe('{"constructor":"a","__proto__":"a","last":"a"}');
});

test('the fields of a query begin together, those of a mutation one after the other', async () => {
  const events: string[] = [];
  function slow(name: string) {
    return text(async () => {
      events.push(`${name} begins`);
      await sleep(1);
      events.push(`${name} ends`);

      return name;
    });
  }
  const fields = { a: slow('a'), b: slow('b') };

  expect(await run(fields, 'mutation { a b }')).toMatchObject({ data: { a: 'a', b: 'b' } });
  expect(events.splice(0)).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);

  await run(fields, '{ a b }');
  expect(events.slice(0, 2)).toEqual(['a begins', 'b begins']);
});

test.each(['query', 'mutation'])(
  'once the signal of a %s is aborted, nothing more begins, and its reason is thrown',
  async (type) => {
    const begun: string[] = [];
    const stop = new AbortController();
    const node: GraphQLObjectType = new GraphQLObjectType({
      name: 'Node',
      fields: () => ({ within: text(() => begun.push('within')) }),
    });
    const fields: Fields = {
      first: {
        type: node,
        resolve: async () => {
          await sleep(1);
          stop.abort(new Error('stopped'));

          return {};
        },
      },
    };
    const second = text(async () => begun.push('second'));
    const running = run(
      type === 'mutation' ? { ...fields, second } : fields,
      type === 'mutation' ? 'mutation { first { within } second }' : '{ first { within } }',
      { signal: stop.signal },
    );

    await expect(running).rejects.toThrow('stopped');
    expect(begun).toEqual([]);
    expect(() => run(fields, '{ first { within } }', { signal: stop.signal })).toThrow('stopped');
  },
);

test('a resolver that stops its operation is the last one', () => {
  const begun: string[] = [];
  const stop = new AbortController();
  const fields = {
    a: text(() => {
      stop.abort(new Error('stopped'));

      return 'a';
    }),
    b: text(() => begun.push('b')),
  };

  expect(() => run(fields, '{ a b }', { signal: stop.signal })).toThrow('stopped');
  expect(begun).toEqual([]);
});

test('a resolver is told what graphql-js tells, of the same field', async () => {
  const told: GraphQLResolveInfo[] = [];
  const item: GraphQLObjectType = new GraphQLObjectType({
    name: 'Item',
    fields: () => ({
      name: text((_source, _args, _context, info) => {
        told.push(info);

        return info.fieldName;
      }),
    }),
  });
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: { item: { type: item, resolve: () => ({}) } },
    }),
  });
  const document = parse(
    'query ($yes: Boolean = true) { item { ...F a: name } item { a: name } } fragment F on Item { a: name @include(if: $yes) }',
  );
  const args = { schema, document, rootValue: { root: true }, contextValue: {} };

  await execute(args);
  await createExecute()(args);

  const [theirs, ours] = told;
  expect(Object.keys(ours ?? {})).toEqual(Object.keys(theirs ?? {}));
  expect({ ...ours, getAbortSignal: null, getAsyncHelpers: null }).toEqual({
    ...theirs,
    getAbortSignal: null,
    getAsyncHelpers: null,
  });
  expect(ours?.fieldNodes).toHaveLength(3);
  expect(ours?.path).toEqual({
    prev: { prev: undefined, key: 'item', typename: 'Query' },
    key: 'a',
    typename: 'Item',
  });
});

test('the signal of a resolver is aborted when the answer is there, and when the operation is stopped', async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const stop = new AbortController();
  const fields = {
    a: text(async (_source, _args, _context, info) => {
      signals.push(info.getAbortSignal(), info.getAbortSignal());
      expect(info.getAbortSignal()?.aborted).toBe(false);

      return 'a';
    }),
  };
  await run(fields, '{ a }');
  await run(fields, '{ a }', { signal: stop.signal });

  expect(signals.map((signal) => signal?.aborted)).toEqual([true, true, true, true]);
});

test('a resolver that was marked gets nothing but the source; whatever is wrapped around it gets all', async () => {
  const given: unknown[][] = [];
  const marked = fromSource((...args) => {
    given.push(args);

    return 'a';
  });
  const wrapped = text((...args) => {
    given.push([args.length]);

    return marked(args[0]);
  });

  expect(
    await run({ marked: { type: GraphQLString, resolve: marked }, wrapped }, '{ marked wrapped }', {
      rootValue: 'source',
    }),
  ).toMatchObject({ data: { marked: 'a', wrapped: 'a' } });
  expect(given).toEqual([['source'], [4], ['source']]);
});

test('each call of a resolver has arguments of its own', async () => {
  const given: object[] = [];
  const a = text((_source, args) => {
    given.push(args);

    return 'a';
  });
  await run({ a }, '{ a b: a }');

  expect(given[0]).toEqual({});
  expect(given[1]).not.toBe(given[0]);
});

test('an answer does not wait for what stands beside an error that leaves nothing of both', async () => {
  const both = new GraphQLObjectType({
    name: 'Both',
    fields: {
      fails: {
        type: new GraphQLNonNull(GraphQLString),
        resolve: async () => {
          throw new Error('failed');
        },
      },
      never: text(async () => new Promise(() => {})),
    },
  });
  const { errors, data } = await run(
    { both: { type: both, resolve: () => ({}) } },
    '{ both { fails never } }',
  );

  expect(data).toEqual({ both: null });
  expect(errors).toHaveLength(1);
});

test('the choices of @skip and @include do not mix', async () => {
  const schema = schemaOf({ a: text(() => 'a'), b: text(() => 'b') });
  const document = parse(
    'query ($a: Boolean!, $b: Boolean!) { a @include(if: $a) b @skip(if: $b) }',
  );
  const executeOurs = createExecute();
  const answers = [];
  for (const variableValues of [
    { a: true, b: true },
    { a: false, b: false },
    { a: true, b: false },
    { a: true, b: true },
  ]) {
    answers.push((await executeOurs({ schema, document, variableValues })).data);
  }

  expect(answers).toEqual([{ a: 'a' }, { b: 'b' }, { a: 'a', b: 'b' }, { a: 'a' }]);
});

const OTHER_TYPES = /* GraphQL */ `
  query A($a: In, $b: ID, $c: Boolean!, $d: ID) {
    first: said(in: $a)
    second: said(id: $b)
    third: said(id: $d)
    b @include(if: $c)
  }
  query B($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!) {
    a @skip(if: $a)
    b @skip(if: $b)
    c: b @skip(if: $c)
    d: b @skip(if: $d)
  }
`;

test('a variable that is a condition in another operation of the document is none in this one', async () => {
  const schema = buildSchema(`
    input In { a: Int }
    type Query { a: String b: String said(in: In, id: ID): String }
  `);
  const document = parse(OTHER_TYPES);
  const executeOurs = createExecute();
  const rootValue = { b: 'b', said: ({ id }: { id?: string }) => id };
  const answers = [];
  for (const variableValues of [
    { a: { a: 1 }, b: 'p true', c: false, d: 'q' },
    { a: { a: 1 }, b: 'p', c: true, d: 'false q' },
  ]) {
    const args = { schema, document, operationName: 'A', rootValue, variableValues };
    answers.push(await executeOurs(args));
  }

  expect(answers).toMatchObject([
    { data: { first: null, second: 'p true', third: 'q' } },
    { data: { first: null, second: 'p', third: 'false q', b: 'b' } },
  ]);
});

test('nothing of a value is kept with the choices that were made', () => {
  fc.assert(
    fc.property(fc.array(fc.anything()), (values) => {
      const names = values.map((_, index) => `v${index}`);
      const coerced = Object.fromEntries(names.map((name, index) => [name, values[index]]));

      expect(choiceOf(names, { coerced, sources: {} })).toHaveLength(values.length);
    }),
  );
});

test('a document is executed on the schema that it is given, whichever it was before', async () => {
  const document = parse('{ a }');
  const executeOurs = createExecute();
  const answers = [];
  for (const answer of ['one', 'other', 'one']) {
    answers.push(
      (await executeOurs({ schema: schemaOf({ a: text(() => answer) }), document })).data,
    );
  }

  expect(answers).toEqual([{ a: 'one' }, { a: 'other' }, { a: 'one' }]);
});
