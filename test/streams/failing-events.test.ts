/** Events that cannot be shown. A client must not take the silence after one for peace. */
import { setTimeout as sleep } from 'node:timers/promises';

import { GraphQLBoolean, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';

import type { Context } from '../../src/context.ts';
import { queueChanges } from '../../src/database/change-queue.ts';
import { createTestApp, testConfig } from '../support/app.ts';
import { viewerOf } from '../support/login.ts';
import { NOTE_CHANGED, PUBLIC_NOTE_CHANGED, subscribe } from '../support/stream.ts';

const CREATE =
  'mutation { createNote(input: { title: "new", visibility: PUBLIC }) { __typename } }';

test('[F1] an event that the storage does not let anybody read ends the stream, and hides the cause', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await using stream = await subscribe(app.client(), PUBLIC_NOTE_CHANGED);
  const connection = app.orm.em.getConnection();

  await connection.execute('alter table note rename to away');
  await app.changes.publish(app.orm.em.fork(), {
    topic: 'public notes',
    kind: 'changed',
    id: '01a209ab-6bd1-7684-ae2b-289bd96aa953',
  });

  const { data = null, errors } = await stream.next();
  expect(data).toBeNull();
  expect(errors).toMatchObject([{ extensions: { requestId: expect.any(String) } }]);
  expect(JSON.stringify(errors)).not.toMatch(/note"|no such|sqlite|relation/iu);
  expect(await stream.next()).toBeNull();
  expect(app.complaints()).toMatchObject([{ event: 'request_failed' }]);
  await connection.execute('alter table away rename to note');
  expect(await viewerOf(ada)).toBe('ada');
});

test('[A14] while sessions cannot be looked up, a stream neither ends nor tells anything', async () => {
  const { streams } = testConfig;
  await using app = await createTestApp({ config: { streams: { ...streams, heartbeat: 10 } } });
  const ada = await app.as(await app.createUser('ada'));
  await using stream = await subscribe(ada, NOTE_CHANGED);
  const connection = app.orm.em.getConnection();

  await connection.execute('alter table session rename to away');
  await sleep(100);
  await connection.execute('alter table away rename to session');
  await ada.query(CREATE);

  expect(await stream.next()).toMatchObject({ data: { noteChanged: { isNew: true } } });
});

test('[E2] each event may take as long as an operation, and no longer', async () => {
  await using app = await createTestApp({
    schema: slowSchema(),
    config: { operationLimits: { ...testConfig.operationLimits, time: 100 } },
  });
  await using stream = await subscribe(app.client(), 'subscription { slow }');

  await app.changes.publish(app.orm.em.fork(), { topic: 'slow', kind: 'any', id: 'x' });

  expect(await stream.next()).toMatchObject({
    data: null,
    errors: [{ extensions: { code: 'OPERATION_TIMEOUT', limit: 100 } }],
  });
  expect(await stream.next()).toBeNull();
  expect(app.changes.listening()).toBe(0);
});

test('[F1] a gap that the source reports ends the stream, and its client begins anew', async () => {
  await using app = await createTestApp({ schema: slowSchema() });
  await using stream = await subscribe(app.client(), 'subscription { slow }');

  app.changes.interrupt();

  expect(await stream.next()).toMatchObject({
    errors: [{ extensions: { code: 'STREAM_INTERRUPTED', isRetriable: true } }],
  });
  expect(await stream.next()).toBeNull();
});

function slowSchema(): GraphQLSchema {
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { ok: { type: GraphQLBoolean } } }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        slow: {
          type: GraphQLBoolean,
          subscribe: async (_root: unknown, _args: unknown, { changes, signal }: Context) =>
            queueChanges(changes, ['slow'], signal),
          resolve: async () => sleep(10_000, true, { ref: false }),
        },
      },
    }),
  });
}
