import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import { listenTo } from '../support/listening.ts';

/** Must not come back. */
const PROBE = 'probe7f3a';

const json = 'content-type: application/json';
const body = '{"query":"{ viewer { username } }"}';
const length = `content-length: ${body.length}`;

/** By what is wrong: the lines of a head, and the status of the answer. */
const malformed: readonly (readonly [string, readonly string[], number])[] = [
  ['a Host that names none', ['POST /graphql HTTP/1.1', `host: ${PROBE} <b>`, json, length], 400],
  ['a Host with a path', ['POST /graphql HTTP/1.1', `host: ${PROBE}/x`, json, length], 400],
  ['a Host with a port that is none', ['GET / HTTP/1.1', `host: ${PROBE}:99999`], 400],
  ['a Host that looks like an address', ['GET / HTTP/1.1', `host: [${PROBE}]`], 400],
  ['an empty Host', ['POST /graphql HTTP/1.1', 'host:', json, length], 400],
  ['no Host', ['POST /graphql HTTP/1.1', json, length], 400],
  ['no Host in HTTP/1.0', ['POST /graphql HTTP/1.0', json, length], 400],
  ['two Hosts', ['POST /graphql HTTP/1.1', 'host: localhost', `host: ${PROBE}`, json, length], 400],
  ['the same Host twice', ['POST /graphql HTTP/1.1', 'host: a', 'Host: a', json, length], 400],
  ['two media types', ['POST /graphql HTTP/1.1', 'host: a', json, json, length], 415],
  ['a request line that is none', [PROBE], 400],
  ['a method that is none', [`${PROBE} /graphql HTTP/1.1`, 'host: localhost'], 400],
  ['a version that is none', ['GET / HTTP/9.9', 'host: localhost', `x: ${PROBE}`], 400],
  ['the start of TLS', [`\x16\x03\x01\x02\x00\x01\x00${PROBE}`], 400],
  ['the start of HTTP/2', ['PRI * HTTP/2.0', '', 'SM', ''], 400],
  [
    'two lengths',
    ['POST /graphql HTTP/1.1', 'host: localhost', json, length, 'content-length: 2'],
    400,
  ],
  [
    'a length and chunks',
    ['POST /graphql HTTP/1.1', 'host: localhost', json, length, 'transfer-encoding: chunked'],
    400,
  ],
  [
    'a length that is none',
    ['POST /graphql HTTP/1.1', 'host: localhost', json, `content-length: ${PROBE}`],
    400,
  ],
  [
    'a transfer encoding that is unknown',
    ['POST /graphql HTTP/1.1', 'host: localhost', json, `transfer-encoding: ${PROBE}`],
    400,
  ],
  [
    'a chunk without a size',
    ['POST / HTTP/1.1', 'host: a', json, 'transfer-encoding: chunked', '', PROBE],
    400,
  ],
  ['a header with NUL', ['GET / HTTP/1.1', 'host: localhost', `x: ${PROBE}\0`], 400],
  ['a header without a colon', ['GET / HTTP/1.1', 'host: localhost', PROBE], 400],
  ['a folded header', ['GET / HTTP/1.1', 'host: localhost', 'x: y', ` ${PROBE}`], 400],
  ['a line feed alone', [`GET / HTTP/1.1\nhost: ${PROBE}\n`], 400],
  ['huge headers', ['GET / HTTP/1.1', 'host: localhost', `x: ${PROBE.repeat(4000)}`], 431],
  ['a huge target', [`GET /${PROBE.repeat(4000)} HTTP/1.1`, 'host: localhost'], 431],
  ['an unknown path', [`GET /${PROBE} HTTP/1.1`, 'host: localhost'], 404],
  ['an absolute target', [`GET http://${PROBE}/graphql HTTP/1.1`, 'host: localhost'], 404],
  ['a path that climbs', [`GET /graphql/../../${PROBE} HTTP/1.1`, 'host: localhost'], 404],
  ['a target that is a star', ['OPTIONS * HTTP/1.1', 'host: localhost', `x: ${PROBE}`], 404],
  ['an expectation', ['GET / HTTP/1.1', 'host: localhost', `expect: ${PROBE}`], 417],
  [
    'a body that is not JSON',
    ['POST /graphql HTTP/1.1', 'host: a', json, 'content-length: 9', '', PROBE],
    400,
  ],
  [
    'a charset that is not UTF-8',
    ['POST /graphql HTTP/1.1', 'host: a', `${json}; charset=${PROBE}`, length],
    415,
  ],
  [
    'a compressed body',
    ['POST /graphql HTTP/1.1', 'host: a', json, 'content-encoding: gzip', length],
    415,
  ],
];

test.for(malformed)('[C5] %s is refused without an echo', async ([, lines, status]) => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  const end = lines.includes('') ? '' : 'connection: close\r\n\r\n';
  using socket = await server.connect();
  socket.send(`${lines.join('\r\n')}\r\n${end}${lines.includes(length) ? body : ''}`);
  await socket.untilReceived('\r\n\r\n');
  const answer = socket.received();

  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).not.toContain(PROBE);
  expect(answer).not.toMatch(/\n\s+at |node_modules|\.ts\b|^server:|^x-powered-by:/im);
  expect(app.logged.filter(({ level }) => level === 50)).toEqual([]);
  await expectToServe(server.origin);
});

test.for(malformed)(
  '[C4] the answer to %s has the headers and the form of every answer',
  async ([, lines]) => {
    await using app = await createTestApp({ config: { isProduction: true } });
    await using server = await listenTo(app);
    const end = lines.includes('') ? '' : 'connection: close\r\n\r\n';
    using socket = await server.connect();
    socket.send(`${lines.join('\r\n')}\r\n${end}${lines.includes(length) ? body : ''}`);
    await socket.untilReceived(']}');

    expectOurs(socket.received());
    await expect.poll(() => app.answered).not.toHaveLength(0);
  },
);

test('[C5] a request by CONNECT or for another protocol leaves the server alive', async () => {
  await using app = await createTestApp({ config: { isProduction: true } });
  await using server = await listenTo(app);
  using tunnel = await server.connect();
  tunnel.send('CONNECT example.test:443 HTTP/1.1\r\nhost: example.test:443\r\n\r\n');
  using upgrade = await server.connect();
  upgrade.send(
    'GET /graphql HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  );

  const refusal = await tunnel.untilClosed();
  expect(refusal).toMatch(/^HTTP\/1\.1 405 [^]*allow: GET, HEAD, POST/);
  expectOurs(refusal);
  await upgrade.untilReceived('\r\n\r\n');
  expect(upgrade.received()).toMatch(/^HTTP\/1\.1 405 /);
  await expectToServe(server.origin);
});

test('[C4] what comes too late is told so as everything is told', async () => {
  await using app = await createTestApp({ config: { isProduction: true } });
  await using server = await listenTo(app, { headersTimeout: 100, requestTimeout: 200 });
  using head = await server.connect();
  head.send('POST /graphql HTTP/1.1\r\nhost: localhost\r\n');
  using half = await server.connect();
  half.send(`POST /graphql HTTP/1.1\r\nhost: a\r\n${json}\r\n${length}\r\n\r\n{`);

  for (const answer of [await head.untilClosed(), await half.untilClosed()]) {
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"REQUEST_TIMEOUT"');
    expectOurs(answer);
  }
});

test('[C5] what cannot be read is refused after the requests before it', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  const good = 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n';
  using socket = await server.connect();
  socket.send(good);
  await socket.untilReceived('"ok"');
  socket.send(PROBE.repeat(10));
  socket.send(PROBE.repeat(10));
  const answer = await socket.untilClosed();

  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
});

test('[C5] what has run is told, when what cannot be read comes with it at once', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  const operation = `POST /graphql HTTP/1.1\r\nhost: a\r\n${json}\r\n${length}\r\n\r\n${body}`;
  const answer = await server.exchange(`${operation}${operation}${PROBE}\r\n\r\n`);

  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400']);
});

test('[C5] a connection that has sent nothing is closed without a word', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app, { headersTimeout: 100, requestTimeout: 200 });
  using silent = await server.connect();

  expect(await silent.untilClosed()).toBe('');
  expect(app.answered).toEqual([]);
});

test('[C4] a refusal of HTTP says what every answer says', async () => {
  await using app = await createTestApp();
  await using server = await listenTo(app);
  const answer = await server.exchange('GET /graphql HTTP/1.1\r\nconnection: close\r\n\r\n');

  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toMatch(/^x-content-type-options: nosniff\r$/m);
  expect(answer).toMatch(/^content-security-policy: default-src 'none'/m);
  expect(answer).toMatch(/^content-type: application\/json; charset=utf-8\r$/m);
  expect(answer).toContain('"code":"BAD_REQUEST"');
});

/** As `answer-headers.test.ts` asks for it of all the rest. */
function expectOurs(answer: string): void {
  const [head = '', text = ''] = answer.split('\r\n\r\n');

  expect(head.toLowerCase().split('\r\n')).toEqual(
    expect.arrayContaining([
      'cache-control: no-store',
      "content-security-policy: default-src 'none'; frame-ancestors 'none'",
      'content-type: application/json; charset=utf-8',
      `content-length: ${text.length}`,
      'cross-origin-opener-policy: same-origin',
      'cross-origin-resource-policy: same-origin',
      'referrer-policy: no-referrer',
      'strict-transport-security: max-age=63072000; includesubdomains',
      'vary: cookie, origin',
      'x-content-type-options: nosniff',
      expect.stringMatching(/^date: \w{3}, /),
      expect.stringMatching(/^x-request-id: [\da-f-]{36}$/),
    ]),
  );
  expect(JSON.parse(text)).toEqual({
    errors: [{ message: expect.any(String), extensions: { code: expect.any(String) } }],
  });
}

async function expectToServe(origin: string): Promise<void> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body,
  });

  expect(await response.json()).toEqual({ data: { viewer: null } });
}
