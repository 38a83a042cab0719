import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { text as textOfStream } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { describe, expect, test } from 'vitest';

import { createLogger } from '../src/log.ts';
import { createTestApp, PASSWORD, type TestApp } from './support/app.ts';
import { login, register, VIEWER } from './support/login.ts';
import { exitOf, ROOT, runNode, spawnNode, type ProgramResult } from './support/program.ts';
import { makeReadOnly } from './support/storage.ts';

const secret = 'hunter2-geheim';

describe('the lines of the log', () => {
  test('[H2] a newline or an escape in a user name stays inside its JSON string', () => {
    const { log, text } = createLog();
    const name = 'ada\n{"level":30,"event":"login_succeeded"}\r\u001b[2J\u2028\u0000';

    log.info({ event: 'login_failed', username: name }, 'Security event');

    expect(text().trimEnd()).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(text())).toMatchObject({ event: 'login_failed', username: name });
  });

  test('[H2] nor does it reach a terminal as it is', async () => {
    const { log, text } = createLog({ isTerminal: true });

    log.info({ username: 'ada\u001b[2J\nlogin_succeeded' }, 'Security event');

    await expect.poll(text).toContain('Security event');
    expect(text()).not.toContain('\u001b[2J');
    expect(text()).not.toMatch(/\nlogin_succeeded/u);
  });

  test.each([
    'authorization',
    'body',
    'cookie',
    'currentPassword',
    'databaseUrl',
    'newPassword',
    'password',
    'passwordHash',
    'secret',
    'secretHash',
    'secrets',
    'set-cookie',
    'token',
    'tokenHash',
    'variables',
  ])('[H2] a field named %s is hidden, at whatever depth', (name) => {
    const { log, text } = createLog();

    log.info({
      [name]: secret,
      input: { [name]: secret, deep: [{ deeper: { [name]: [secret] } }] },
    });
    log.child({ [name]: secret }).info('From a child');

    expect(text()).toContain('[hidden]');
    expect(text()).not.toContain(secret);
  });

  test('[H2] what has no end is cut off', () => {
    const { log, text } = createLog();
    const endless: Record<string, unknown> = { word: 'here' };
    endless['self'] = endless;

    log.info({ endless }, 'Endless');

    expect(JSON.parse(text())).toMatchObject({ endless: { word: 'here', self: { word: 'here' } } });
  });

  test('[H2] of an error only what it says is kept, and no password of a connection', () => {
    const { log, text } = createLog();
    const cause = Object.assign(new Error(`cannot reach postgres://jotter:${secret}@db:5432/x`), {
      sql: `insert into user values ('${secret}')`,
      parameters: [secret],
      code: 'ECONNREFUSED',
    });

    log.error({ err: new Error('no connection', { cause }) });
    log.error({ err: `postgres://jotter:${secret}@db/` });

    expect(text()).not.toContain(secret);
    expect(JSON.parse(text().split('\n')[0] ?? '')).toMatchObject({
      err: {
        type: 'Error',
        message: 'no connection',
        cause: { code: 'ECONNREFUSED', message: 'cannot reach postgres://[hidden]@db:5432/x' },
      },
    });
  });

  test('[H2] of the error of a driver neither the statement nor its values are kept', async () => {
    await using app = await createTestApp();
    await app.createUser('ada');
    const error = await app.createUser('ada').catch((reason: unknown) => reason);
    const { log, text } = createLog();

    log.error({ err: error });

    expect(error).toBeInstanceOf(UniqueConstraintViolationException);
    expect(text()).toMatch(/unique constraint/iu);
    expect(text()).not.toMatch(/insert into|argon2|\(ada\)/u);
  });
});

describe('the lines of a request', () => {
  test('[H2] a request that is well has one line, at debug: method, path, status, duration, operation and user', async () => {
    await using app = await createTestApp();
    const user = await app.createUser('ada');
    const ada = await app.as(user);

    const { headers } = await ada.query('query WhoAmI { viewer { username } }');

    expect(app.answered).toEqual([
      expect.objectContaining({
        level: 20,
        event: 'request_answered',
        requestId: headers.get('x-request-id'),
        method: 'POST',
        path: '/graphql',
        status: 200,
        durationMs: expect.any(Number),
        operation: 'WhoAmI',
        userId: user.id,
      }),
    ]);
    expect(app.answered[0]).not.toHaveProperty('code');
    expect(app.answered[0]).not.toHaveProperty('traceId');
  });

  test.each([
    ['a document that does not parse', '{', 'GRAPHQL_PARSE_FAILED', 200],
    ['a field that is not there', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED', 200],
    [
      'a refused field',
      'mutation { revokeAccessToken(input: { id: "x" }) { __typename } }',
      'UNAUTHENTICATED',
      200,
    ],
  ])('[H2] %s has one line, at info, with its code', async (_what, query, code, status) => {
    await using app = await createTestApp();

    await app.client().query(query);

    expect(app.answered).toEqual([expect.objectContaining({ level: 30, code, status })]);
  });

  test('[H2] what HTTP refuses has one line, at info, with status and code', async () => {
    await using app = await createTestApp();

    await app.client().request('/nowhere?password=hunter2-geheim');
    await app.client().request(`/${'x'.repeat(5000)}`);

    expect(app.answered).toMatchObject([
      { level: 30, path: '/nowhere', status: 404, code: 'NOT_FOUND' },
      { level: 30, path: `/${'x'.repeat(199)}`, status: 404 },
    ]);
    expect(textOf(app)).not.toContain(secret);
  });

  test('[H2] what fails has its cause at error, and one line of its own', async () => {
    await using app = await createTestApp();
    await makeReadOnly(app);

    await register(app.client(), { username: 'ada' });

    expect(app.logged).toMatchObject([{ level: 50, event: 'request_failed' }]);
    expect(app.answered).toMatchObject([{ level: 30, code: 'SERVICE_UNAVAILABLE', status: 503 }]);
    expect(app.logged[0]?.['requestId']).toBe(app.answered[0]?.['requestId']);
  });

  test('[H2] the name of an operation is cut where it is long', async () => {
    await using app = await createTestApp();

    await app.client().query(`query ${'N'.repeat(5000)} { viewer { username } }`);

    expect(app.answered).toMatchObject([{ operation: 'N'.repeat(200) }]);
  });

  test('[H2] the names of events are words in snake_case', async () => {
    await using app = await createTestApp();
    await register(app.client(), { username: 'ada' });
    await login(app.client(), 'ada', 'wrong');
    await login(app.client(), 'ada');

    const lines = [...app.logged, ...app.answered];
    expect(lines.length).toBeGreaterThan(4);
    expect(
      lines.filter(({ event }) => !/^[a-z]+(?:_[a-z]+)+$|^registered$/u.test(String(event))),
    ).toEqual([]);
  });
});

describe('a trace', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

  test('[H2] stands in every line of the request that names it', async () => {
    await using app = await createTestApp();
    await app.createUser('ada');
    const client = app.client();
    client.headers['traceparent'] = `00-${traceId}-00f067aa0ba902b7-01`;

    await login(client, 'ada', 'wrong');
    await client.request('/nowhere');

    const lines = [...app.logged, ...app.answered];
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines.filter((line) => line['traceId'] !== traceId)).toEqual([]);
  });

  test('[H2] of a later version is taken, with what follows', async () => {
    expect(await traceIdFor(`01-${traceId}-00f067aa0ba902b7-01-more`)).toBe(traceId);
  });

  test.each([
    '',
    'nonsense',
    `00-${traceId.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `ff-${traceId}-00f067aa0ba902b7-01`,
    `00-${traceId}-00f067aa0ba902b7-01-more`,
    `00-${traceId}-00f067aa0ba902b7-01, 00-${traceId}-00f067aa0ba902b7-01`,
    `00-${traceId}1-00f067aa0ba902b7-01`,
  ])('[H2] that is not valid is ignored: %j', async (traceparent) => {
    expect(await traceIdFor(traceparent)).toBeUndefined();
  });
});

test('[H2] no password, token, cookie, body or secret of a whole life stands in the log', async () => {
  await using app = await createTestApp();
  const ada = app.client();
  const password = 'four grey herons at dusk';
  await register(ada, { username: 'ada' });
  await login(app.client(), 'ada', 'not-the-password-77');
  await login(ada, 'ada');
  const { data } = await ada.query(
    `mutation { createAccessToken(input: { name: "x", scope: WRITE, expiresInDays: 1 }) {
      ... on CreateAccessTokenSuccess { token } } }`,
  );
  const token = String(data.createAccessToken.token);
  await ada.query(
    `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }`,
    { input: { currentPassword: PASSWORD, newPassword: password } },
  );
  await ada.query(
    'mutation { createNote(input: { title: "a title of mine", body: "a body of mine" }) { __typename } }',
  );
  const program = app.client();
  program.headers['authorization'] = `Bearer ${token}`;
  await program.query(VIEWER);
  program.headers['authorization'] = `Bearer ${token}x`;
  await program.query(VIEWER);
  const cookie = (await ada.cookie()) ?? '';
  await makeReadOnly(app);
  await ada.query(
    'mutation { createNote(input: { title: "a title of mine", body: "a body of mine" }) { __typename } }',
  );
  await login(app.client(), 'ada', password);
  await app.orm.em
    .getConnection()
    .execute('drop table if exists nothing')
    .catch(() => {});

  expect(token).toMatch(/^jot_/u);
  const [, cookieSecret = '', signature = ''] = cookie.split('.');
  const never = [
    PASSWORD,
    password,
    'not-the-password-77',
    token,
    token.slice(4),
    cookie,
    cookieSecret,
    signature,
    'a title of mine',
    'a body of mine',
    '$argon2id',
    app.config.session.secrets[0] ?? '',
  ];
  expect(textOf(app).length).toBeGreaterThan(1000);
  expect(never.filter((text) => text === '' || textOf(app).includes(text))).toEqual([]);
});

describe('on standard output', () => {
  test.each([
    ['comes to its end', '', 0],
    ['exits by itself', 'process.exit(3);', 3],
    ['fails', 'throw new Error("oh");', 1],
  ])('every line of a process that %s is there, in order', async (_how, end, code) => {
    const result = await runLogging(`
      for (let count = 0; count < 1000; count += 1) { log.info({ count }, 'A line'); }
      setImmediate(() => { log.info({ count: 1000 }, 'Later'); ${end} });
    `);

    const counts = result.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).count);
    expect(result.code).toBe(code);
    expect(counts).toEqual(Array.from({ length: 1001 }, (_, index) => index));
  });

  test('a line that is longer than a pipe takes at once is whole', async () => {
    const { stdout } = await runLogging(`log.info('x'.repeat(300_000)); log.info('after');`);

    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).msg.length)).toEqual([300_000, 5]);
  });

  test('a line is written at the end of its round, while the process goes on', async () => {
    const child = spawnNode(logging(`log.info('started'); setInterval(() => {}, 1000);`), {
      directory: ROOT,
    });

    const [chunk] = await once(child.stdout, 'data');
    child.kill('SIGKILL');
    expect(JSON.parse(String(chunk))).toMatchObject({ msg: 'started' });
  });

  test('[H2] processes that share a pipe do not write into one another’s lines', async () => {
    const node = `"${process.execPath}" --input-type=module --eval "$PROGRAM"`;
    const reader = `"${process.execPath}" --eval "setTimeout(() => process.stdin.pipe(process.stdout), 500)"`;
    const [, , program = ''] = logging(`
      for (let round = 0; round < 30; round += 1) {
        for (let count = 0; count < 100; count += 1) { log.info({ count }, 'A line'); }
        await new Promise(setImmediate);
      }
    `);
    const shell = spawn('sh', ['-c', `(${node} & ${node} & wait) | ${reader}`], {
      env: { PROGRAM: program },
      stdio: ['ignore', 'pipe', 'inherit'],
    });

    const lines = (await textOfStream(shell.stdout)).trimEnd().split('\n');
    expect(lines).toHaveLength(6000);
    expect(() => lines.map((line) => JSON.parse(line))).not.toThrow();
  });

  test('a process whose reader has gone goes on', async () => {
    const child = spawnNode(
      logging(`
        setInterval(() => log.info('x'.repeat(1000)), 1);
        setTimeout(() => process.exit(7), 500);
      `),
      { directory: ROOT },
    );
    child.stdout.destroy();

    expect(await exitOf(child)).toBe(7);
  });

  test('a process whose disk is full goes on, and writes its lines when there is room again', async () => {
    const { stdout, stderr, code } = await runLogging(`
      ${fullDisk}
      log.info('one');
      setTimeout(() => log.info('two'), 50);
      setTimeout(() => { isFull = false; log.info('three'); }, 100);
    `);

    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['one', 'two', 'three']);
    expect(stderr).toBe('The log cannot be written: the disk is full\n');
  });

  test('[C7] what waits for room on the disk takes a megabyte at most', async () => {
    const { stdout } = await runLogging(`
      ${fullDisk}
      for (let count = 0; count < 2000; count += 1) { log.info({ count }, 'x'.repeat(1000)); }
      setTimeout(() => { isFull = false; log.info({ count: 2000 }, 'after'); }, 100);
    `);

    const counts = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).count);
    expect(stdout.length).toBeGreaterThan(900_000);
    expect(stdout.length).toBeLessThan(1_001_000);
    expect(counts.slice(0, 3)).toEqual([0, 1, 2]);
  });
});

/** Nothing can be written to standard output for as long as `isFull`. */
const fullDisk = `
  import fs from 'node:fs';
  let isFull = true;
  const { writeSync } = fs;
  fs.writeSync = (descriptor, ...rest) => {
    if (isFull && descriptor === 1) {
      throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
    }
    return writeSync(descriptor, ...rest);
  };
`;

/** @param code with a `log` that writes to standard output */
function logging(code: string): string[] {
  const module = JSON.stringify(pathToFileURL(join(import.meta.dirname, '../src/log.ts')).href);
  const program = `import { createLogger } from ${module};
    const log = createLogger({ level: 'info', isTerminal: false });
    ${code}`;

  return ['--input-type=module', '--eval', program];
}

async function runLogging(code: string): Promise<ProgramResult> {
  return runNode(logging(code), { directory: ROOT });
}

function createLog({ isTerminal = false } = {}) {
  let written = '';
  const log = createLogger({
    level: 'debug',
    isTerminal,
    destination: new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        written += text;
        done();
      },
    }),
  });

  return { log, text: () => written };
}

function textOf({ logged, answered }: TestApp): string {
  return JSON.stringify([logged, answered]);
}

async function traceIdFor(traceparent: string): Promise<unknown> {
  await using app = await createTestApp();
  const client = app.client();
  client.headers['traceparent'] = traceparent;
  await client.query(VIEWER);

  return app.answered[0]?.['traceId'];
}
