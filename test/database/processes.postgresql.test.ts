/** Two servers on one database, each a process of its own. */
import { once } from 'node:events';
import { createServer } from 'node:net';

import { expect, test } from 'vitest';

import { register } from '../support/account.ts';
import { PASSWORD } from '../support/app.ts';
import { createBalancer } from '../support/balancer.ts';
import { TestClient } from '../support/client.ts';
import { createTestDatabase, runIn } from '../support/database.ts';
import { LOGIN } from '../support/login.ts';
import { startServer, type TestServer } from '../support/server.ts';

const SECRETS = 'Zk3vQ9xN7cT1mB5yR8wL2pH6dF4sJ0gA';
const VIEWER = '{ viewer { username } }';
const ADA = { viewer: { username: 'ada' } };

test('[A7, A9] a login of one server holds in the other, and so does its end', async () => {
  await using scene = await createScene();
  const { first, second } = scene;
  const ada = first.client();
  await register(ada);
  const elsewhere = await withCookieOf(ada, second);
  expect((await elsewhere.query(VIEWER)).data).toEqual(ADA);

  await ada.query('mutation { logout { endedSessionIds } }');

  expect((await elsewhere.query(VIEWER)).data).toEqual({ viewer: null });
});

test('[A10] what one server has revoked is refused by the other', async () => {
  await using scene = await createScene();
  const { first, second } = scene;
  const ada = first.client();
  await register(ada);
  const other = second.client();
  await other.query(LOGIN, { input: { username: 'ada', password: PASSWORD } });
  expect((await other.query(VIEWER)).data).toEqual(ADA);

  await ada.query('mutation { logout(input: { scope: OTHER_SESSIONS }) { endedSessionIds } }');

  expect((await other.query(VIEWER)).data).toEqual({ viewer: null });
  expect((await ada.query(VIEWER)).data).toEqual(ADA);
});

test('[B6] attempts at a password are counted over all servers', async () => {
  await using scene = await createScene();
  const { first, second } = scene;
  await register(first.client());
  const codes: unknown[] = [];

  for (let count = 0; count < 12; count += 1) {
    const server = count % 2 === 0 ? first : second;
    const input = { username: 'ada', password: `wrong ${count}` };
    const { errors } = await server.client().query(LOGIN, { input });
    codes.push(errors[0]?.extensions['code'] ?? 'FAILED');
  }

  expect(codes).toEqual([...Array(10).fill('FAILED'), 'RATE_LIMITED', 'RATE_LIMITED']);
});

test('[A2, H2] security events of all servers stand in one list', async () => {
  await using scene = await createScene();
  const { first, second } = scene;
  const ada = first.client();
  await register(ada);
  const input = { username: 'ada', password: PASSWORD };
  const other = second.client();
  await other.query(LOGIN, { input });

  const { data } = await other.query('{ viewer { securityEvents(first: 5) { nodes { type } } } }');

  expect(data.viewer.securityEvents.nodes.map(({ type }: { type: string }) => type)).toContain(
    'REGISTERED',
  );
});

test('[H1] a rolling restart of two servers behind a proxy, under load, loses no request and ends no session', async () => {
  await using database = await createTestDatabase();
  const env = { DATABASE_URL: database.url, SESSION_SECRETS: SECRETS, SHUTDOWN_DELAY: '1s' };
  const ports = [await freePort(), await freePort()];
  const servers = await Promise.all(ports.map(async (PORT) => startServer({ ...env, PORT })));
  await using parts = new AsyncDisposableStack();
  servers.forEach((server) => parts.use(server));
  const balancer = parts.use(await createBalancer(servers.map(({ origin }) => origin)));
  const ada = clientOf(balancer.origin);
  await register(ada);
  const load = startLoad(ada);

  for (const [index, server] of servers.entries()) {
    expect(await server.stop()).toBe(0);
    await balancer.untilReady(1);
    parts.use(await startServer({ ...env, PORT: ports[index] ?? '' }));
    await balancer.untilReady(2);
  }
  const { failures, created } = await load.stop();

  expect(failures).toEqual([]);
  expect(created).toBeGreaterThan(20);
  expect(await runIn(database.url, 'select count(*)::int as count from note')).toEqual([
    { count: created },
  ]);
  expect((await ada.query(VIEWER)).data).toEqual(ADA);
});

async function createScene() {
  await using parts = new AsyncDisposableStack();
  const database = parts.use(await createTestDatabase());
  const env = { DATABASE_URL: database.url, SESSION_SECRETS: SECRETS };
  const [first, second] = await Promise.all([startServer(env), startServer(env)]);
  parts.use(first);
  parts.use(second);
  const taken = parts.move();

  return { first, second, [Symbol.asyncDispose]: async () => taken.disposeAsync() };
}

async function withCookieOf(client: TestClient, server: TestServer): Promise<TestClient> {
  const other = server.client();
  await other.setCookie((await client.cookie()) ?? '');

  return other;
}

function clientOf(origin: string): TestClient {
  return new TestClient(async (request) => fetch(request), origin);
}

/** Writers that go on until they are told to stop. */
function startLoad(client: TestClient) {
  const failures: unknown[] = [];
  let created = 0;
  const end = new AbortController();

  async function write(): Promise<void> {
    while (!end.signal.aborted) {
      const { data, errors, status } = await client
        .query('mutation { createNote(input: { title: "new" }) { __typename } }')
        .catch((error: unknown) => ({ data: null, errors: [error], status: 0 }));
      if (data?.createNote?.__typename === 'CreateNoteSuccess') {
        created += 1;
      } else {
        failures.push({ status, errors });
      }
    }
  }
  const writers = Array.from({ length: 8 }, write);

  return {
    stop: async () => {
      end.abort();
      await Promise.all(writers);

      return { failures, created };
    },
  };
}

async function freePort(): Promise<string> {
  await using server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();

  return String(typeof address === 'object' ? address?.port : '');
}
