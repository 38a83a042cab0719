import { GraphQLInt, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';

import type { Context } from '../../src/context.ts';
import { Session } from '../../src/session/session.ts';
import { createTestApp } from '../support/app.ts';

declare module '../../src/session/session-data.ts' {
  interface SessionData {
    visits: number;
  }
}

/** Flask's classic: a page that counts how often a visitor has seen it. */
const schema = new GraphQLSchema({
  query: new GraphQLObjectType<unknown, Context>({
    name: 'Query',
    fields: {
      visits: {
        type: GraphQLInt,
        resolve: (_root, _args, { session }) => {
          session.set('visits', (session.get('visits') ?? 0) + 1);

          return session.get('visits');
        },
      },
    },
  }),
});

test('a visitor who is not logged in is counted over requests', async () => {
  await using app = await createTestApp({ schema });
  const visitor = app.client();

  expect((await visitor.query('{ visits }')).data).toEqual({ visits: 1 });
  expect((await visitor.query('{ visits }')).data).toEqual({ visits: 2 });
  expect((await app.client().query('{ visits }')).data).toEqual({ visits: 1 });
  expect(await app.orm.em.fork().count(Session)).toBe(2);
});
