import { expect, test } from 'vitest';

import { register } from '../support/account.ts';
import { createTestDatabase } from '../support/database.ts';
import { startServer, type TestServer } from '../support/server.ts';

const VIEWER = '{ viewer { username } }';

test('WORKERS processes serve one port, and know the same sessions', async () => {
  await using database = await createTestDatabase();
  await using server = await startServer({ DATABASE_URL: database.url, WORKERS: '2' });
  const ada = server.client();
  await register(ada);

  expect(workersOf(server)).toHaveLength(2);
  expect(workersOf(server)).not.toContain(server.pid);
  for (let count = 0; count < 10; count += 1) {
    expect((await ada.query(VIEWER)).data).toEqual({ viewer: { username: 'ada' } });
  }
  expect(await server.stop()).toBe(0);
});

test('a worker that dies is replaced, and the others serve meanwhile', async () => {
  await using database = await createTestDatabase();
  await using server = await startServer({ DATABASE_URL: database.url, WORKERS: '2' });
  const ada = server.client();
  await register(ada);
  const [first = 0] = workersOf(server);

  process.kill(first, 'SIGKILL');
  await server.untilLogged('worker_ended');
  expect((await ada.query(VIEWER)).data).toEqual({ viewer: { username: 'ada' } });
  await expect.poll(() => workersOf(server), { timeout: 20_000 }).toHaveLength(3);

  expect(await server.stop()).toBe(0);
});

test('[H1] a signal to all processes at once lets requests in flight finish, in each worker', async () => {
  await using database = await createTestDatabase();
  await using server = await startServer({ DATABASE_URL: database.url, WORKERS: '2' });
  const clients = Array.from({ length: 4 }, () => server.client());
  const answers = clients.map(async (client, index) => register(client, `user${index}`));
  await expect.poll(async () => (await fetch(`${server.origin}/health`)).status).toBe(200);

  for (const pid of [server.pid, ...workersOf(server)]) {
    process.kill(pid, 'SIGTERM');
  }

  await Promise.all(answers);
  expect(await server.ended()).toBe(0);
});

test('workers end when the process that started them is killed', async () => {
  await using database = await createTestDatabase();
  await using server = await startServer({ DATABASE_URL: database.url, WORKERS: '2' });
  const workers = workersOf(server);

  server.kill('SIGKILL');

  await expect.poll(() => workers.filter(isAlive), { timeout: 20_000 }).toEqual([]);
});

test('what keeps the first worker from serving is told once', async () => {
  await using database = await createTestDatabase();
  const taken = await startServer({ DATABASE_URL: database.url });
  await using _taken = taken;
  const { port } = new URL(taken.origin);

  const failing = startServer({ DATABASE_URL: database.url, WORKERS: '2', PORT: port });

  await expect(failing).rejects.toThrow(/^[^\n]*Port \d+ [^\n]*\n[^\n]*has said why\.$/u);
});

test('[H2] metrics are those of all workers together', async () => {
  await using database = await createTestDatabase();
  await using server = await startServer({
    DATABASE_URL: database.url,
    WORKERS: '2',
    METRICS_PORT: '0',
  });
  const ada = server.client();
  await register(ada);
  const metrics = server.logged.find(({ event }) => event === 'metrics_served');
  for (let count = 0; count < 9; count += 1) {
    await ada.query(VIEWER);
  }

  const text = await (await fetch(`${String(metrics?.['origin'])}/metrics`)).text();

  expect(text).toMatch(/^jotter_http_answers_total\{status="200"\} 10$/mu);
  expect(text).toMatch(/^jotter_sessions_alive 1$/mu);
});

function workersOf({ logged, pid }: TestServer): number[] {
  const pids = logged.filter(({ event }) => event === 'worker_started').map((line) => line['pid']);

  return [...new Set(pids.map(Number))].filter((worker) => worker !== pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);

    return true;
  } catch {
    return false;
  }
}
