import { connect, type Server } from 'node:net';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { createHttpServer, listen, originOf, stopListening } from '../../src/http/server.ts';
import { createTestApp } from '../support/app.ts';
import { startServer } from '../support/server.ts';
import { openSocket } from '../support/socket.ts';

const body = JSON.stringify({ query: '{ viewer { username } }' });
const head = [
  'POST /graphql HTTP/1.1',
  'host: localhost',
  'content-type: application/json',
  `content-length: ${body.length}`,
  '\r\n',
].join('\r\n');

test('[H1] SIGTERM ends the server with status 0', async () => {
  await using server = await startServer();
  const started = Date.now();

  expect(await server.stop('SIGTERM')).toBe(0);
  expect(Date.now() - started).toBeLessThan(4500);
  expect(server.logged.at(-1)).toMatchObject({ event: 'server_stopping', signal: 'SIGTERM' });
  expect(server.printed).toEqual([]);
});

test('[H1] SIGINT, as Ctrl-C sends it, does too', async () => {
  await using server = await startServer();

  expect(await server.stop('SIGINT')).toBe(0);
});

test('[H1] a connection that is kept alive does not hold the end up', async () => {
  await using server = await startServer();
  using socket = await openSocket(server.origin);
  socket.send(head + body);
  await socket.untilReceived('"viewer":null');
  const started = Date.now();

  expect(await server.stop()).toBe(0);
  expect(Date.now() - started).toBeLessThan(4500);
});

test('[H1] a connection that has said nothing yet does not hold the end up', async () => {
  await using server = await startServer();
  using silent = await openSocket(server.origin);
  using hesitant = await openSocket(server.origin);
  hesitant.send('POST /graphql HT');
  await server.client().query('{ viewer { username } }');
  const started = Date.now();

  expect(await server.stop()).toBe(0);
  expect(Date.now() - started).toBeLessThan(3000);
  expect(await silent.untilClosed()).toBe('');
});

test('[H1] after SIGTERM a request in flight finishes, and new connections are refused', async () => {
  await using server = await startServer();
  using socket = await openSocket(server.origin);
  socket.send(head + body.slice(0, 10));
  await server.client().query('{ viewer { username } }');

  server.kill('SIGTERM');
  await server.untilLogged('server_stopping');
  // It says so first, and closes its door then.
  await expect.poll(async () => refusalOf(server.origin)).toBe('ECONNREFUSED');
  const started = Date.now();
  socket.send(body.slice(10));

  expect(await socket.untilClosed()).toMatch(/^HTTP\/1\.1 200 [^]*{"data":{"viewer":null}}/);
  expect(await server.ended()).toBe(0);
  expect(Date.now() - started).toBeLessThan(4500);
});

test('[H1] a second SIGTERM forces the end', async () => {
  await using server = await startServer();
  using socket = await openSocket(server.origin);
  socket.send(head);
  await server.client().query('{ viewer { username } }');

  server.kill('SIGTERM');
  await server.untilLogged('server_stopping');
  const started = Date.now();

  expect(await server.stop('SIGTERM')).toBe(1);
  expect(Date.now() - started).toBeLessThan(4500);
});

test('[H1] a request that does not come to its end is cut off', async () => {
  await using app = await createTestApp();
  const server = createHttpServer(app.edge);
  await listen(server, 0, '127.0.0.1');
  using socket = await openSocket(originOf(server));
  socket.send(head);
  await expect.poll(() => connectionsOf(server)).toBe(1);
  const started = Date.now();
  await stopListening(server, 200);

  expect(Date.now() - started).toBeLessThan(2000);
  expect(await socket.untilClosed()).toBe('');
});

test('[H1] a request that does not come to its end holds the end up for less than 10 s, and the status is 0', async () => {
  await using server = await startServer();
  using socket = await openSocket(server.origin);
  socket.send(head);
  await server.client().query('{ viewer { username } }');
  const started = Date.now();

  expect(await server.stop('SIGTERM')).toBe(0);
  expect(Date.now() - started).toBeLessThan(10_000);
});

test('[H1] the log says that the end was forced', async () => {
  await using server = await startServer();
  using socket = await openSocket(server.origin);
  socket.send(head);
  await server.client().query('{ viewer { username } }');
  server.kill('SIGTERM');
  await server.untilLogged('server_stopping');

  expect(await server.stop('SIGINT')).toBe(1);
  await server.untilLogged('server_stop_forced');
});

test('[H1] an unhandled rejection is logged, requests in flight finish, and the status is 1', async () => {
  const fault = `process.on('SIGWINCH', () => { Promise.reject(new Error('unforeseen')); });`;
  await using server = await startServer({
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}`,
  });
  using socket = await openSocket(server.origin);
  socket.send(head);
  await server.client().query('{ viewer { username } }');

  server.kill('SIGWINCH');
  const line = await server.untilLogged('server_stopping');
  socket.send(body);

  expect(line).toMatchObject({ level: 50, err: { message: 'unforeseen' } });
  expect(await socket.untilClosed()).toMatch(/^HTTP\/1\.1 200 /);
  expect(await server.ended()).toBe(1);
});

test('[H1] an uncaught exception is logged, and the status is 1', async () => {
  const fault = `process.on('SIGWINCH', () => { throw new Error('postgres://jotter:secret@db/'); });`;
  await using server = await startServer({
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}`,
  });

  server.kill('SIGWINCH');
  const line = await server.untilLogged('server_stopping');

  expect(line).toMatchObject({ level: 50, err: { message: 'postgres://[hidden]@db/' } });
  expect(await server.ended()).toBe(1);
});

async function connectionsOf(server: Server): Promise<number> {
  return promisify(server.getConnections.bind(server))();
}

async function refusalOf(origin: string): Promise<unknown> {
  const { hostname, port } = new URL(origin);

  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => resolve(socket.destroy() && 'connected'));
    socket.once('error', (error) => resolve('code' in error ? error.code : error));
  });
}
