import { expect, test } from 'vitest';

import { register } from '../support/account.ts';
import type { TestClient } from '../support/client.ts';
import { createFolder } from '../support/folder.ts';
import { runNode, MAIN } from '../support/program.ts';
import { startServer, type TestServer } from '../support/server.ts';

const env = { METRICS_PORT: '0' };

test('operations are counted by name and code, answers by status, durations in a histogram', async () => {
  await using server = await startServer(env);
  const client = server.client();
  await client.post({ query: 'query WhoAmI { viewer { username } }' });
  await client.post({ query: 'query WhoAmI { viewer { username } }' });
  await client.post({ query: '{ viewer { username } }' });
  await client.post({ query: 'mutation Leave { deleteNote(input: { id: "x" }) { __typename } }' });
  await client.post({ query: '{ nothing }' });
  await client.request('/nowhere');

  const metrics = await scrape(server);

  expect(metrics.get('jotter_operations_total{operation="WhoAmI",code="OK"}')).toBe(2);
  expect(metrics.get('jotter_operations_total{operation="(unnamed)",code="OK"}')).toBe(1);
  expect(metrics.get('jotter_operations_total{operation="Leave",code="UNAUTHENTICATED"}')).toBe(1);
  expect(
    metrics.get('jotter_operations_total{operation="(unnamed)",code="GRAPHQL_VALIDATION_FAILED"}'),
  ).toBe(1);
  expect(metrics.get('jotter_operation_duration_seconds_count{operation="WhoAmI"}')).toBe(2);
  expect(
    metrics.get('jotter_operation_duration_seconds_bucket{le="+Inf",operation="WhoAmI"}'),
  ).toBe(2);
  expect(metrics.get('jotter_http_answers_total{status="404"}')).toBe(1);
  expect(metrics.get('jotter_http_answers_total{status="200"}')).toBe(5);
});

test('sessions, hashes and the process are read when they are asked for', async () => {
  await using server = await startServer(env);
  const ada = server.client();
  expect((await scrape(server)).get('jotter_sessions_alive')).toBe(0);
  await register(ada);

  const metrics = await scrape(server);

  expect(metrics.get('jotter_sessions_alive')).toBe(1);
  expect(metrics.get('jotter_hashes_active')).toBe(0);
  expect(metrics.get('jotter_hashes_waiting')).toBe(0);
  expect(metrics.get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  expect(metrics.get('nodejs_heap_size_used_bytes')).toBeGreaterThan(1_000_000);
});

test('hashes that run and wait are seen', async () => {
  await using server = await startServer(env);
  const end = new AbortController();
  const attempts = Promise.all(
    Array.from({ length: 6 }, async (_, index) => attempt(server.client(), index)),
  ).finally(() => end.abort());
  let most = 0;
  while (!end.signal.aborted) {
    const metrics = await scrape(server);
    const active = metrics.get('jotter_hashes_active') ?? 0;
    const waiting = metrics.get('jotter_hashes_waiting') ?? 0;
    most = Math.max(most, active + waiting);
  }
  await attempts;

  expect(most).toBeGreaterThan(0);
});

test('however many names clients think of, a bounded number of them becomes labels', async () => {
  await using server = await startServer(env);
  const client = server.client();
  for (let count = 0; count < 130; count += 1) {
    await client.post({ query: `query Name${count} { __typename }` });
  }
  await client.post({ query: `query ${'N'.repeat(100)} { __typename }` });

  const names = Array.from(
    (await scrape(server)).keys(),
    (key) => /^jotter_operations_total\{operation="(.*?)"/u.exec(key)?.[1],
  ).filter(Boolean);

  expect(new Set(names).size).toBe(101);
  expect((await scrape(server)).get('jotter_operations_total{operation="(other)",code="OK"}')).toBe(
    31,
  );
});

test('metrics are on their own port alone, for GET and HEAD, and off by default', async () => {
  await using server = await startServer(env);
  const origin = await metricsOrigin(server);

  expect((await fetch(`${origin}/metrics`)).headers.get('content-type')).toMatch(
    /^text\/plain; version=0\.0\.4/u,
  );
  expect((await fetch(`${origin}/metrics`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${origin}/graphql`)).status).toBe(404);
  expect((await fetch(`${server.origin}/metrics`)).status).toBe(404);
  expect(new URL(origin).hostname).toBe('127.0.0.1');

  await using without = await startServer();
  expect(without.logged.map(({ event }) => event)).toEqual(['server_started']);
  expect(await server.stop()).toBe(0);
});

test('a port of the metrics that is taken is told by its name', async () => {
  await using server = await startServer(env);
  await using folder = await createFolder();
  const { port } = new URL(await metricsOrigin(server));

  const { code, stderr } = await runNode([MAIN], {
    directory: folder.path,
    env: { PORT: '0', DATABASE_URL: 'sqlite:jotter.db', METRICS_PORT: port },
  });

  expect(code).toBe(1);
  expect(stderr).toMatch(/^Port \d+ .* METRICS_PORT .*\n$/u);
});

async function scrape(server: TestServer): Promise<Map<string, number>> {
  const response = await fetch(`${await metricsOrigin(server)}/metrics`);
  expect(response.status).toBe(200);
  const lines = (await response.text()).split('\n').filter((line) => line && !line.startsWith('#'));

  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');

      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

async function metricsOrigin(server: TestServer): Promise<string> {
  return String((await server.untilLogged('metrics_served'))['origin']);
}

async function attempt(client: TestClient, index: number): Promise<void> {
  await client.query(
    `mutation { login(input: { username: "nobody${index}", password: "some password" }) { __typename } }`,
  );
}
