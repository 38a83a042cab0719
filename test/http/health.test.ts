import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import { startServer } from '../support/server.ts';
import { openSocket } from '../support/socket.ts';
import { holdDatabase } from '../support/storage.ts';

test.each(['/health', '/ready'])(
  '[H1] %s answers 200 while all is well, to GET and HEAD alone',
  async (path) => {
    await using app = await createTestApp();
    const probe = app.client();
    const answer = await probe.request(path);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.json()).toEqual({ status: expect.any(String) });
    expect((await probe.request(path, { method: 'HEAD' })).status).toBe(200);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const refused = await probe.request(path, { method });
      expect(refused.status).toBe(405);
      expect(refused.headers.get('allow')).toBe('GET, HEAD');
    }
  },
);

test.each(['/health/', '/Health', '/healthz', '/ready/', '//ready', '/ready%20', '/%72eady'])(
  '[H1] %s is not an address',
  async (path) => {
    await using app = await createTestApp();

    expect((await app.client().request(new URL(`http://localhost${path}`).href)).status).toBe(404);
  },
);

test('[H1] /ready costs the database one look a second, however often it is asked', async () => {
  await using app = await createTestApp();
  const probe = app.client();
  await app.createUser('ada');

  const statements = await app.statementsOf(async () => {
    await Promise.all(Array.from({ length: 20 }, async () => probe.request('/ready')));
  });

  expect(statements).toHaveLength(1);
  expect(await app.statementsOf(async () => probe.request('/health'))).toEqual([]);
});

test('[H1] /ready is a 503 within seconds while the database does not answer', async () => {
  await using app = await createTestApp();
  const letGo = await holdDatabase(app);
  const started = performance.now();

  expect((await app.client().request('/ready')).status).toBe(503);
  expect(performance.now() - started).toBeLessThan(5000);
  expect((await app.client().request('/health')).status).toBe(200);

  await letGo();
});

test('[H1] for SHUTDOWN_DELAY the server is not ready, and serves on; then it ends', async () => {
  await using server = await startServer({ SHUTDOWN_DELAY: '2s' });
  using kept = await openSocket(server.origin);
  kept.send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await kept.untilReceived('"ok"');
  expect((await fetch(`${server.origin}/ready`)).status).toBe(200);

  server.kill('SIGTERM');
  await server.untilLogged('server_stopping');

  expect((await fetch(`${server.origin}/ready`)).status).toBe(503);
  expect((await fetch(`${server.origin}/health`)).status).toBe(200);
  expect((await server.client().query('{ viewer { username } }')).status).toBe(200);
  // Who has kept a connection is told to make no further use of it.
  kept.send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
  expect(await kept.untilClosed()).toMatch(/200 OK[^]*keep-alive[^]*200 OK[^]*connection: close/i);
  expect(await server.ended()).toBe(0);
});
