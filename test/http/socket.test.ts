import { expect, test } from 'vitest';

import { createHttpServer, listen, ListenError } from '../../src/http/server.ts';
import { createTestApp, PASSWORD } from '../support/app.ts';
import { TestClient } from '../support/client.ts';
import { listenTo } from '../support/listening.ts';

const body = '{"query":"{ viewer { username } }"}';
const whoAmI = `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

test('a connection is kept alive for several operations', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  using socket = await server.connect();
  for (const count of [1, 2, 3]) {
    socket.send(whoAmI);
    await expect.poll(() => socket.received().match(/HTTP\/1\.1 200 /g)).toHaveLength(count);
  }
});

test('operations sent at once are answered in their order', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  const last = whoAmI.replace('POST', 'PUT').replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n');
  const answers = await server.exchange(whoAmI + whoAmI + last);

  expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual([
    'HTTP/1.1 200',
    'HTTP/1.1 200',
    'HTTP/1.1 405',
  ]);
});

test('HTTP/1.0 is answered, and closed', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);

  expect(await server.exchange(whoAmI.replace('HTTP/1.1', 'HTTP/1.0'))).toMatch(
    /^HTTP\/1\.1 200 [^]*{"data":{"viewer":null}}/,
  );
});

test('a body may come in chunks, split anywhere', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  using socket = await server.connect();
  const bytes = Buffer.from(
    JSON.stringify({ query: '{ viewer { username } }', variables: { text: 'Ünïcödé 🎈' } }),
  );
  socket.send(
    'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  for (const byte of bytes) {
    socket.send(Buffer.from([0x31, 13, 10, byte, 13, 10]));
  }
  socket.send('0\r\n\r\n');
  await socket.untilReceived('"viewer":null');

  expect(socket.received()).toMatch(/^HTTP\/1\.1 200 /);
});

test('the address that the socket tells stands with the session', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  await app.createUser('ada');
  const ada = new TestClient(async (request) => fetch(request), server.origin);
  const { data } = await ada.query(
    `mutation ($input: LoginInput!) { login(input: $input) { __typename } }`,
    { input: { username: 'ada', password: PASSWORD } },
  );
  const rows = await app.orm.em.getConnection().execute('select ip_address from session');

  expect(data.login.__typename).toBe('LoginSuccess');
  expect(rows).toEqual([{ ip_address: '127.0.0.1' }]);
});

test('GET and HEAD of /graphql give a browser the same head, and GET the page', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  const [page, head] = await Promise.all(
    ['GET', 'HEAD'].map(async (method) =>
      server.exchange(
        `${method} /graphql HTTP/1.1\r\nhost: a\r\naccept: text/html,*/*\r\nconnection: close\r\n\r\n`,
      ),
    ),
  );

  expect(page).toMatch(/^HTTP\/1\.1 200 [^]*<!doctype html>/i);
  expect(head).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n$/);
  expect(headersOf(head)).toEqual(headersOf(page));
});

test('HEAD of what is refused has the head of the refusal', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  const [get, head] = await Promise.all(
    ['GET', 'HEAD'].map(async (method) =>
      server.exchange(`${method} /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`),
    ),
  );

  expect(head).toMatch(/^HTTP\/1\.1 405 [^]*\r\n\r\n$/);
  expect(headersOf(head)).toEqual(headersOf(get));
});

test('an address that is taken or foreign is refused', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  const port = Number(new URL(server.origin).port);
  const other = createHttpServer(app.edge);

  await expect(listen(other, port, '127.0.0.1')).rejects.toBeInstanceOf(ListenError);
  await expect(listen(other, 0, '192.0.2.1')).rejects.toBeInstanceOf(ListenError);
});

const json = { 'content-type': 'application/json' };
const requests: readonly (readonly [string, string, RequestInit])[] = [
  ['an operation', '/graphql', { method: 'POST', headers: json, body }],
  ['a bad document', '/graphql', { method: 'POST', headers: json, body: '{"query":"{ nope }"}' }],
  ['no JSON', '/graphql', { method: 'POST', headers: json, body: '{' }],
  [
    'a form',
    '/graphql',
    { method: 'POST', body: new URLSearchParams({ query: '{ __typename }' }) },
  ],
  ['an empty body', '/graphql', { method: 'POST', headers: json }],
  ['an operation by GET', '/graphql?query={__typename}', {}],
  ['GraphiQL', '/graphql', { headers: { accept: 'text/html', 'accept-encoding': 'identity' } }],
  [
    'another media type',
    '/graphql',
    { method: 'POST', headers: { ...json, accept: 'image/png' }, body },
  ],
  ['another method', '/graphql', { method: 'DELETE' }],
  ['nothing', '/nowhere', {}],
  [
    'a cookie of nobody',
    '/graphql',
    { method: 'POST', headers: { ...json, cookie: 'session=x' }, body },
  ],
];

test.for(requests)('a socket and app.fetch give the same answer to %s', async ([, path, init]) => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  const direct = await app.fetch(new Request(app.config.publicUrl.origin + path, init));
  const wired = await fetch(server.origin + path, init);

  expect(wired.status).toBe(direct.status);
  expect(await wired.text()).toBe(await direct.text());
  expect(comparable(wired.headers)).toEqual(comparable(direct.headers));
});

/** Without those that belong to the connection or to one request. */
function comparable(headers: Headers): Record<string, string> {
  const ours = [...headers].filter(
    ([name]) =>
      !['connection', 'content-length', 'date', 'keep-alive', 'x-request-id'].includes(name),
  );

  return Object.fromEntries(ours);
}

function headersOf(answer = ''): string[] {
  const [head = ''] = answer.split('\r\n\r\n');

  return head.split('\r\n').filter((line) => !/^(?:date|x-request-id):/i.test(line));
}
