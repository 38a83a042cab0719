import { expect, test } from 'vitest';

import { register } from '../support/account.ts';
import { createTestApp } from '../support/app.ts';
import { startServer } from '../support/server.ts';
import { NOTE_CHANGED, PUBLIC_NOTE_CHANGED, subscribe } from '../support/stream.ts';

test('[F1] [H1] SIGTERM ends streams with a reason, and the server in time', async () => {
  await using server = await startServer();
  const ada = server.client();
  await register(ada);
  await using own = await subscribe(ada, NOTE_CHANGED);
  await using everybodys = await subscribe(server.client(), PUBLIC_NOTE_CHANGED);
  const started = Date.now();

  const status = server.stop('SIGTERM');

  expect(await own.next()).toMatchObject({
    errors: [{ extensions: { code: 'SERVER_STOPPING', isRetriable: true } }],
  });
  expect(await own.next()).toBeNull();
  expect(await everybodys.endCode()).toBe('SERVER_STOPPING');
  expect(await status).toBe(0);
  expect(Date.now() - started).toBeLessThan(3000);
});

test('[H1] a server that stops begins no stream', async () => {
  await using app = await createTestApp();
  app.endStreams();

  await using stream = await subscribe(app.client(), PUBLIC_NOTE_CHANGED);

  expect(await stream.endCode()).toBe('SERVER_STOPPING');
});

test('[F1] a session that expires while nothing happens ends its stream by the clock of the server', async () => {
  await using server = await startServer({ SESSION_LIFETIME: '2s', SESSION_FRESH_FOR: '1s' });
  const ada = server.client();
  await register(ada);
  await using stream = await subscribe(ada, NOTE_CHANGED);
  const started = Date.now();

  expect(await stream.endCode()).toBe('SESSION_EXPIRED');
  expect(Date.now() - started).toBeLessThan(4000);
});

test('a stream leaves a line in the log when it ends, and is seen in the metrics while it is open', async () => {
  await using server = await startServer({ LOG_LEVEL: 'debug', METRICS_PORT: '0' });
  const ada = server.client();
  await register(ada);
  const { origin } = await server.untilLogged('metrics_served');
  async function metrics(): Promise<string> {
    return (await fetch(`${String(origin)}/metrics`)).text();
  }
  await using stream = await subscribe(ada, NOTE_CHANGED.replace('subscription', '$& Live'));

  expect(await metrics()).toContain('jotter_streams_open 1\n');
  await ada.query('mutation Leave { logout { __typename } }');
  await stream.endCode();

  await expect.poll(metrics).toContain('jotter_streams_open 0\n');
  await expect
    .poll(() => server.logged.find((line) => line['operation'] === 'Live'))
    .toMatchObject({
      event: 'request_answered',
      status: 200,
      code: 'SESSION_ENDED',
      userId: expect.any(String),
      durationMs: expect.any(Number),
    });
  expect(await metrics()).toContain(
    'jotter_operations_total{operation="Live",code="SESSION_ENDED"} 1\n',
  );
  expect(await metrics()).not.toContain(
    'jotter_operation_duration_seconds_count{operation="Live"}',
  );
});
