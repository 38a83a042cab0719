import { GraphQLObjectType, GraphQLScalarType, GraphQLSchema, GraphQLString } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { describe, expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';

const ECHO = 'query ($text: Text!) { echo(text: $text) }';

/** A schema that says what it is given, and what of it was coerced. */
function createEchoSchema() {
  const coerced: unknown[] = [];
  const text = new GraphQLScalarType<unknown>({
    name: 'Text',
    coerceInputValue: (value) => {
      coerced.push(value);

      return value;
    },
  });
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: {
      echo: {
        type: GraphQLString,
        args: { text: { type: text } },
        resolve: (_root, args) => args['text'],
      },
    },
  });

  return { schema: new GraphQLSchema({ query }), coerced };
}

test('a variable is coerced once', async () => {
  const { schema, coerced } = createEchoSchema();
  await using app = await createTestApp({ schema });
  const { data } = await app.client().query(ECHO, { text: 'as it came' });

  expect(data).toEqual({ echo: 'as it came' });
  expect(coerced).toEqual(['as it came']);
});

describe('a plugin may change the variables of an operation', () => {
  const changes: Record<string, NonNullable<Plugin['onExecute']>> = {
    'in place': ({ args }) => {
      args.variableValues['text'] = 'changed';
    },
    'by others': ({ args }) => {
      args.variableValues = { text: 'changed' };
    },
  };

  test.each(Object.entries(changes))('%s', async (_how, onExecute) => {
    const { schema } = createEchoSchema();
    await using app = await createTestApp({ schema, plugins: [{ onExecute }] });
    const { data } = await app.client().query(ECHO, { text: 'as it came' });

    expect(data).toEqual({ echo: 'changed' });
  });
});
