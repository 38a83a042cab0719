import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';

import { ConfigError, loadConfig } from '../src/config.ts';
import { settingRows } from '../src/config/settings.ts';

const first = 'Zk3vQ8pXw1LrT6nBs0YdJ5hGm2CfUe9aVi7oKxRtE4g';
const second = 'b7Yw0HcNf5QmZs2LxKj8DtVu4RaGp1EoTi9XnCe6MzI';
const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://notes.test',
  SESSION_SECRETS: first,
};
const day = 86_400_000;

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'jotter-config-'));
  folders.push(folder);
  return folder;
}

/** A configuration that touches no file. */
function load(env: Record<string, string | undefined> = {}) {
  return loadConfig({ DATABASE_URL: 'sqlite::memory:', ...env });
}

function problems(env: Record<string, string | undefined>): readonly string[] {
  return problemsOf(() => load(env));
}

function problemsOf(attempt: () => unknown): readonly string[] {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message.split('\n')).toEqual(error.problems);
    return error.problems;
  }
  return [];
}

/** Which variables are wrong. */
function wrong(env: Record<string, string | undefined>): readonly (string | undefined)[] {
  return problems(env).map((problem) => problem.split(' ')[0]);
}

describe('defaults', () => {
  test('an empty environment is a development server on this machine', () => {
    const { session, ...config } = loadConfig({}, { directory: emptyFolder() });
    expect(config).toMatchObject({
      isProduction: false,
      host: '127.0.0.1',
      port: 4000,
      publicUrl: new URL('http://localhost:4000'),
      databaseUrl: 'sqlite:data/jotter.db',
      graphiql: true,
      introspection: true,
      logLevel: 'info',
      passwordMinLength: 8,
      operationLimits: {
        size: 32_000,
        tokens: 1000,
        depth: 10,
        introspectionDepth: 15,
        aliases: 15,
        directives: 10,
        complexity: 1000,
        answerSize: 16_000_000,
        errors: 10,
        time: 10_000,
        cacheSize: 1_000_000,
      },
      persistedOperations: { file: null, areRequired: false },
    });
    expect(session).toEqual({
      secrets: [expect.stringMatching(/^[\w-]{43}$/)],
      idleTimeout: 7 * day,
      lifetime: day,
      rememberedLifetime: 30 * day,
      freshFor: 600_000,
    });
  });

  test('production closes GraphiQL and introspection', () => {
    expect(load(production)).toMatchObject({
      isProduction: true,
      graphiql: false,
      introspection: false,
      publicUrl: new URL('https://notes.test'),
      session: { secrets: [first] },
    });
  });

  test('production opens GraphiQL and introspection when told to', () => {
    const config = load({ ...production, GRAPHIQL: 'true', INTROSPECTION: 'true' });
    expect(config).toMatchObject({ graphiql: true, introspection: true });
  });

  test('the test mode has the defaults of development', () => {
    expect(load({ NODE_ENV: 'test' })).toMatchObject({ isProduction: false, graphiql: true });
  });

  test('the public URL follows the port', () => {
    expect(load({ PORT: '8080' }).publicUrl.origin).toBe('http://localhost:8080');
  });

  test('an empty or blank variable is not set', () => {
    const blank = { PORT: '', HOST: '  ', PUBLIC_URL: '', SESSION_SECRETS: '', GRAPHIQL: '' };
    expect(load(blank)).toMatchObject({ port: 4000, host: '127.0.0.1', graphiql: true });
    expect(wrong({ ...production, ...blank })).toEqual(['PUBLIC_URL', 'SESSION_SECRETS']);
  });

  test('an unknown variable is ignored', () => {
    expect(load({ PORTS: 'x', SESSION_SECRET: 'x' }).port).toBe(4000);
  });

  test('every variable is a row of the table, with its default and its meaning', () => {
    const rows = settingRows();
    expect(rows.every((row) => /^[A-Z_]+$/.test(row.name))).toBe(true);
    expect(rows).toContainEqual({
      name: 'GRAPHIQL',
      default: '`true`; in production `false`',
      meaning: 'whether GraphiQL is served: `true` or `false`',
    });
    expect(rows.find((row) => row.name === 'PUBLIC_URL')?.default).toBe(
      '`http://localhost:PORT`; required in production',
    );
    expect(rows.every((row) => row.meaning.length > 10 && !row.meaning.includes('|'))).toBe(true);
  });
});

describe('values', () => {
  test.each([
    ['HOST', ['0.0.0.0', '::', '::1', 'localhost', 'notes.example.com', 'my_host']],
    ['PORT', ['0', '1', '65535']],
    ['PUBLIC_URL', ['http://localhost:4000', 'https://notes.test/', 'http://192.168.1.7:80']],
    ['DATABASE_URL', ['sqlite::memory:', 'postgres://u:p@h/d', 'postgresql://h:5432/d?ssl=true']],
    ['GRAPHIQL', ['true', 'false']],
    ['LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']],
    ['SESSION_SECRETS', [first, `${second}, ${first}`, 'deadbeef01234567fedcba9876543210']],
    ['SESSION_FRESH_FOR', ['1s', '1m', '24h', '1d']],
    ['SESSION_REMEMBERED_LIFETIME', ['400d', '34560000s']],
    ['PASSWORD_MIN_LENGTH', ['8', '128']],
    ['OPERATION_MAX_SIZE', ['1000', '1000000']],
    ['OPERATION_MAX_ALIASES', ['0', '1000']],
    ['OPERATION_TIMEOUT', ['1s', '1h']],
    ['PERSISTED_OPERATIONS', ['operations.json', '/etc/jotter/operations.json']],
  ])('%s accepts %j', (name, values) => {
    for (const value of values) {
      expect(problems({ SESSION_SECRETS: first, [name]: value })).toEqual([]);
    }
  });

  test.each([
    ['NODE_ENV', ['dev', 'prod', 'Production']],
    ['HOST', ['localhost:4000', 'http://localhost', '[::1]', 'a b', '.']],
    ['PORT', ['-1', '65536', '1e3', '0x50', '80.5', 'http', '４０']],
    ['PUBLIC_URL', ['notes.test', 'ftp://notes.test', 'https://notes.test/app', 'https://a.test?']],
    ['PUBLIC_URL', ['https://u:p@notes.test', 'https://notes.test/#x', 'file:///etc', 'null']],
    ['DATABASE_URL', ['sqlite:', 'sqlite:///a.db', 'sqlite://a.db', 'jotter.db', 'mysql://h/d']],
    ['DATABASE_URL', ['postgres:h', 'postgres://h:port/d', 'Sqlite:a.db', 'sqlite:a\0b']],
    ['GRAPHIQL', ['yes', '1', 'on']],
    ['INTROSPECTION', ['no', '0']],
    ['LOG_LEVEL', ['verbose', 'INFO']],
    ['SESSION_IDLE_TIMEOUT', ['0s', '-1d', '1.5h', '7', '7 d', '1w', '7D', 'Infinityd']],
    ['SESSION_REMEMBERED_LIFETIME', ['401d', `${'9'.repeat(400)}d`]],
    ['PASSWORD_MIN_LENGTH', ['7', '129', 'eight']],
    ['OPERATION_MAX_SIZE', ['0', '1000001', '32kB']],
    ['OPERATION_MAX_DEPTH', ['0', '101']],
    ['OPERATION_MAX_ANSWER_SIZE', ['0', '99999', '16MB']],
    ['OPERATION_MAX_ERRORS', ['1', '101']],
    ['OPERATION_TIMEOUT', ['0s', '61m', '25d']],
    ['PERSISTED_OPERATIONS', ['operations.txt', '.json', 'a\0.json']],
    ['PERSISTED_OPERATIONS_ONLY', ['yes']],
  ])('%s refuses %j', (name, values) => {
    for (const value of values) expect(wrong({ ...production, [name]: value })).toEqual([name]);
  });

  test('a public URL without https is refused in production alone', () => {
    expect(wrong({ PUBLIC_URL: 'http://notes.test' })).toEqual([]);
    expect(problems({ ...production, PUBLIC_URL: 'HTTP://notes.test' })).toEqual([
      'PUBLIC_URL must begin with https:// in production, ' +
        'for example PUBLIC_URL=https://notes.example.com',
    ]);
  });

  test('a session is not fresh for longer than it lives', () => {
    expect(problems({ SESSION_LIFETIME: '5m' })).toEqual([
      'SESSION_FRESH_FOR must not be longer than SESSION_LIFETIME, ' +
        'for example SESSION_FRESH_FOR=10m',
    ]);
    expect(problems({ SESSION_LIFETIME: '5m', SESSION_FRESH_FOR: '300s' })).toEqual([]);
  });

  test('persisted operations cannot be required without a file of them', () => {
    expect(problems({ PERSISTED_OPERATIONS_ONLY: 'true' })).toEqual([
      'PERSISTED_OPERATIONS is required by PERSISTED_OPERATIONS_ONLY=true, ' +
        'for example PERSISTED_OPERATIONS=persisted-operations.json',
    ]);
    expect(
      load({ PERSISTED_OPERATIONS_ONLY: 'true', PERSISTED_OPERATIONS: 'a.json' }),
    ).toMatchObject({ persistedOperations: { file: 'a.json', areRequired: true } });
  });

  test('no session outlives the remembered one', () => {
    expect(wrong({ SESSION_IDLE_TIMEOUT: '31d' })).toEqual(['SESSION_IDLE_TIMEOUT']);
    expect(wrong({ SESSION_LIFETIME: '31d' })).toEqual(['SESSION_LIFETIME']);
  });

  test('a number or a duration of any text is in its range or a problem', () => {
    const text = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.tuple(fc.integer(), fc.constantFrom('s', 'm', 'h', 'd')).map((parts) => parts.join('')),
      fc.stringMatching(/^\d{1,400}[smhd]?$/),
    );
    fc.assert(
      fc.property(text, text, text, (PORT, SESSION_FRESH_FOR, PASSWORD_MIN_LENGTH) => {
        problemsOf(() => {
          const config = load({ PORT, SESSION_FRESH_FOR, PASSWORD_MIN_LENGTH });
          expect(Number.isInteger(config.port)).toBe(true);
          expect(config.port).toBeGreaterThanOrEqual(0);
          expect(config.port).toBeLessThanOrEqual(65_535);
          expect(config.session.freshFor).toBeGreaterThan(0);
          expect(config.session.freshFor).toBeLessThanOrEqual(config.session.lifetime);
          expect(config.passwordMinLength).toBeGreaterThanOrEqual(8);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('a duration is its amount in its unit', () => {
    const units = fc.constantFrom(['s', 1000], ['m', 60_000], ['h', 3_600_000], ['d', day]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), units, (amount, [unit, length]) => {
        const config = load({
          SESSION_REMEMBERED_LIFETIME: '400d',
          SESSION_IDLE_TIMEOUT: `${amount}${unit}`,
        });
        expect(config.session.idleTimeout).toBe(amount * length);
      }),
    );
  });

  test('whatever the environment holds, the only error is a ConfigError', () => {
    const names = settingRows().map((row) => row.name);
    const env = fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'binary' }));
    fc.assert(
      // A secret that is set and refused keeps every run away from the disk.
      fc.property(env, (values) => {
        expect(wrong({ ...values, SESSION_SECRETS: 'short' })).toContain('SESSION_SECRETS');
      }),
      { numRuns: 500 },
    );
  });
});

describe('the process', () => {
  test('what it bounds, waits for and tells has defaults', () => {
    expect(load()).toMatchObject({
      server: { maxConnections: 4000 },
      shutdownDelay: 0,
      metrics: { port: null, host: '127.0.0.1' },
    });
  });

  test('it can be set', () => {
    const env = { MAX_CONNECTIONS: '50', SHUTDOWN_DELAY: '5s', METRICS_PORT: '9464' };
    expect(load({ ...env, METRICS_HOST: '::1' })).toMatchObject({
      server: { maxConnections: 50 },
      shutdownDelay: 5000,
      metrics: { port: 9464, host: '::1' },
    });
    expect(load({ METRICS_PORT: '0', SHUTDOWN_DELAY: '0s' })).toMatchObject({
      shutdownDelay: 0,
      metrics: { port: 0 },
    });
  });

  test.each([
    { MAX_CONNECTIONS: '0' },
    { SHUTDOWN_DELAY: '11m' },
    { SHUTDOWN_DELAY: '5' },
    { METRICS_PORT: '-1' },
    { METRICS_PORT: 'on' },
    { METRICS_PORT: '65536' },
    { METRICS_PORT: '1.5' },
    { METRICS_HOST: 'a b' },
  ])('it is refused where it makes no sense: %j', (env) => {
    expect(wrong(env)).toEqual(Object.keys(env));
  });
});

describe('problems', () => {
  test('every variable that is wrong is told at once, with an example', () => {
    const names = settingRows().map((row) => row.name);
    const found = problems(Object.fromEntries(names.map((name) => [name, 'not / at all: good'])));
    expect(new Set(found.map((problem) => problem.split(' ')[0]))).toEqual(new Set(names));
    expect(found).toHaveLength(names.length);
    for (const problem of found) {
      expect(problem).toMatch(/^([A-Z_]+) .+, for example \1=.+/);
    }
  });

  test('an error names itself', () => {
    expect(() => load({ PORT: 'x' })).toThrow(
      expect.objectContaining({
        name: 'ConfigError',
        message: 'PORT must be a whole number from 0 to 65535, for example PORT=4000',
      }),
    );
  });

  test('no message repeats a value, whichever variable it stands in', () => {
    const value = 'hunter2-geheim';
    for (const { name } of settingRows()) {
      expect(problems({ ...production, [name]: value }).join('\n')).not.toContain(value);
    }
    const twice = problems({ ...production, SESSION_SECRETS: `${first},${first},${value}` });
    expect(twice.join('\n')).not.toContain(first);
    expect(twice.join('\n')).not.toContain(value);
    expect(twice).toHaveLength(2);
    const url = problems({ ...production, DATABASE_URL: `postgres://jotter:${value}@[x/` });
    expect(url).toHaveLength(1);
    expect(url.join('\n')).not.toContain(value);
  });
});

describe('session secrets', () => {
  test('[A3] a missing secret stops production, and the message has a command that makes one', () => {
    expect(problems({ ...production, SESSION_SECRETS: undefined })).toEqual([
      'SESSION_SECRETS is required in production, for example SESSION_SECRETS=$(node -e ' +
        `"console.log(require('node:crypto').randomBytes(32).toString('base64url'))")`,
    ]);
  });

  test.each(['SESSION_SECRET', 'SECRET_KEY'])('a missing secret is looked for in %s', (name) => {
    const [problem = ''] = problems({ ...production, SESSION_SECRETS: '', [name]: second });
    expect(problem).toContain(`(${name} is set but not read: did you mean SESSION_SECRETS?)`);
    expect(problem).not.toContain(second);
  });

  test('the newest is the first', () => {
    const { secrets } = load({ SESSION_SECRETS: ` ${second} , ${first} ` }).session;
    expect(secrets).toEqual([second, first]);
  });

  test.each([
    ['short', 'Zk3vQ8pXw1LrT6nBs0YdJ5hGm2CfUe9'],
    ['empty', ','],
    ['empty at the end', `${first},`],
    ['one character', 'a'.repeat(43)],
    ['of few characters', 'abcabbbacbacbbcabcbbacbbacbabcbabca'],
    ['a repeated part', '0123456789abcdef'.repeat(2)],
    ['changeme', 'changeme-changeme-1234567890-qwertz'],
    ['a phrase', 'this-is-my-super-secret-session-key-42'],
    ['an example', 'example-only-Zk3vQ8pXw1LrT6nBs0YdJ5hGm2'],
    [
      'our own example as text',
      `$(node -e "console.log(require('node:crypto').randomBytes(32).toString('base64url'))")`,
    ],
  ])('[A3] a secret that is %s is refused in every mode', (_, secret) => {
    for (const mode of [production, { NODE_ENV: 'development' }, { NODE_ENV: 'test' }]) {
      expect(wrong({ ...mode, SESSION_SECRETS: secret })).toContain('SESSION_SECRETS');
    }
  });

  test('the length counts bytes', () => {
    expect(problems({ SESSION_SECRETS: 'äöüßéèêçñøåæþðœÿ' })).toEqual([]);
  });

  test('the weak one among several is told by its number', () => {
    const [problem] = problems({ SESSION_SECRETS: `${first},weak` });
    expect(problem).toMatch(/^SESSION_SECRETS \(number 2\) must be at least 32 bytes long, /);
  });

  test('the same secret twice is refused', () => {
    expect(problems({ SESSION_SECRETS: `${first},${first}` })).toEqual([
      expect.stringMatching(/^SESSION_SECRETS must not hold the same secret twice, /),
    ]);
  });

  test('a random secret is never refused', () => {
    const bytes = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .filter((b) => new Set(b).size > 24);
    fc.assert(
      fc.property(bytes, (random) => {
        for (const encoding of ['base64url', 'base64', 'hex'] as const) {
          expect(problems({ SESSION_SECRETS: Buffer.from(random).toString(encoding) })).toEqual([]);
        }
      }),
    );
  });
});

describe('the development secret', () => {
  test('[A3] a generated secret is kept in a file of its owner, and used again', () => {
    const directory = emptyFolder();
    const [secret] = loadConfig({}, { directory }).session.secrets;
    const file = join(directory, 'data/session-secret');
    expect(readFileSync(file, 'utf8')).toBe(`${secret}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'data')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(directory, 'data'))).toEqual(['session-secret']);
    expect(loadConfig({}, { directory }).session.secrets).toEqual([secret]);
  });

  test('lies beside the SQLite file, and in data for PostgreSQL', () => {
    const directory = emptyFolder();
    loadConfig({ DATABASE_URL: 'sqlite:deep/er/notes.db' }, { directory });
    expect(readdirSync(join(directory, 'deep/er'))).toEqual(['session-secret']);
    loadConfig({ DATABASE_URL: 'postgres://localhost/jotter' }, { directory });
    expect(readdirSync(join(directory, 'data'))).toEqual(['session-secret']);
    loadConfig({ DATABASE_URL: `sqlite:${directory}/absolute/notes.db` }, { directory: '/' });
    expect(readdirSync(join(directory, 'absolute'))).toEqual(['session-secret']);
  });

  test('is left to the server by a command, which finds none, or that of the server', () => {
    const directory = emptyFolder();
    const command = { directory, keepsSecret: false };
    expect(loadConfig({}, command).session.secrets).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
    const { secrets } = loadConfig({}, { directory }).session;
    expect(loadConfig({}, command).session.secrets).toEqual(secrets);
  });

  test('is thrown away with a database in memory', () => {
    const directory = emptyFolder();
    const env = { DATABASE_URL: 'sqlite::memory:' };
    const one = loadConfig(env, { directory }).session.secrets;
    expect(loadConfig(env, { directory }).session.secrets).not.toEqual(one);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('is not made when secrets are set, or when anything is wrong', () => {
    const directory = emptyFolder();
    loadConfig({ SESSION_SECRETS: first }, { directory });
    expect(problemsOf(() => loadConfig({ PORT: 'x' }, { directory }))).toHaveLength(1);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('is never used in production', () => {
    const directory = emptyFolder();
    loadConfig({}, { directory });
    const env = { ...production, SESSION_SECRETS: '' };
    expect(problemsOf(() => loadConfig(env, { directory }))).toHaveLength(1);
  });

  test('a file that others can read is tightened', () => {
    const directory = emptyFolder();
    const { secrets } = loadConfig({}, { directory }).session;
    const file = join(directory, 'data/session-secret');
    chmodSync(file, 0o644);
    expect(loadConfig({}, { directory }).session.secrets).toEqual(secrets);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('is one for processes that start at once', async () => {
    const directory = emptyFolder();
    const config = new URL('../src/config.ts', import.meta.url).href;
    const script = `import { loadConfig } from '${config}';
      while (Date.now() < ${Date.now() + 1500});
      console.log(loadConfig({}, { directory: '${directory}' }).session.secrets[0]);`;
    const starts = Array.from({ length: 6 }, () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]),
    );
    const secrets = (await Promise.all(starts)).map(({ stdout }) => stdout.trim());
    expect(secrets[0]).toMatch(/^[\w-]{43}$/);
    expect(new Set(secrets).size).toBe(1);
    expect(readdirSync(join(directory, 'data'))).toEqual(['session-secret']);
  }, 30_000);

  test('a folder that cannot be written is told with the file and the cure', () => {
    const directory = emptyFolder();
    writeFileSync(join(directory, 'data'), 'a file where the folder should be');
    expect(problemsOf(() => loadConfig({}, { directory }))).toEqual([
      'SESSION_SECRETS is not set, and the generated secret cannot be kept in ' +
        `${directory}/data/session-secret (ENOTDIR): ` +
        'make the folder writable, or set SESSION_SECRETS',
    ]);
  });

  test('a file that cannot be read is told in the same way', () => {
    const directory = emptyFolder();
    mkdirSync(join(directory, 'data/session-secret'), { recursive: true });
    const [problem] = problemsOf(() => loadConfig({}, { directory }));
    expect(problem).toContain(`${directory}/data/session-secret (EISDIR)`);
  });

  test.each(['', 'short', `${first}${second}`, 'not a secret of base64url characters!!!!!!!'])(
    'content that is no secret is told without repeating it: %j',
    (content) => {
      const directory = emptyFolder();
      mkdirSync(join(directory, 'data'));
      writeFileSync(join(directory, 'data/session-secret'), content);
      expect(problemsOf(() => loadConfig({}, { directory }))).toEqual([
        `SESSION_SECRETS is not set, and ${directory}/data/session-secret holds no usable secret: ` +
          'delete it, and a new one is made',
      ]);
    },
  );
});

describe('mail', () => {
  test('without a server, development keeps mails beside the database, and production sends none', () => {
    const folder = load({ DATABASE_URL: 'sqlite:/var/notes/notes.db' }).mail.folder;

    expect(folder).toBe('/var/notes/mail');
    expect(load({ ...production }).mail).toMatchObject({ smtpUrl: null, folder: null });
  });

  test('with a server, there is no folder', () => {
    const { mail } = load({
      SMTP_URL: 'smtp://jotter:pass@smtp.example.com:587',
      MAIL_FROM: 'Our notes <notes@example.com>',
      PRODUCT_NAME: 'Our notes',
    });

    expect(mail).toMatchObject({
      smtpUrl: new URL('smtp://jotter:pass@smtp.example.com:587'),
      folder: null,
      from: 'Our notes <notes@example.com>',
      productName: 'Our notes',
    });
  });

  test('a server needs a sender', () => {
    expect(problems({ SMTP_URL: 'smtps://smtp.example.com' })).toEqual([
      'MAIL_FROM is required by SMTP_URL, for example MAIL_FROM=Jotter <jotter@example.com>',
    ]);
  });

  test.each([
    'smtp.example.com',
    'http://smtp.example.com',
    'smtp://',
    'smtp://smtp.example.com/path',
    'smtp://smtp.example.com?tls=maybe',
    'smtps://smtp.example.com?tls=none',
    'smtp://smtp.example.com#x',
    'smtp://jotter:%zz@smtp.example.com',
  ])('%s is no server of mails', (url) => {
    const found = problems({ SMTP_URL: url, MAIL_FROM: 'a@example.com' });

    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^SMTP_URL must be /u);
  });

  test.each([
    'jotter',
    'Jotter <jotter>',
    'Jotter <a@example.com>\nBcc: b@example.com',
    'a@b.example, c@d.example',
  ])('[G3] %j is no sender', (from) => {
    expect(problems({ MAIL_FROM: from })).toHaveLength(1);
  });

  test.each([
    'https://app.example.com/reset',
    'https://{token}.example.com/',
    'javascript:{token}',
    'https://a:b@app.example.com/{token}',
    'https://app.example.com/{token}/{token}',
    '/reset#{token}',
  ])('[G3] %s is no link of a client', (link) => {
    expect(problems({ PASSWORD_RESET_URL: link })).toHaveLength(1);
    expect(problems({ EMAIL_VERIFICATION_URL: link })).toHaveLength(1);
  });

  test.each([
    'Jotter\nBcc: eve@evil.example',
    '<b>Jotter</b>',
    'https://evil.example',
    'x'.repeat(51),
  ])('[G3] %j is no name of a product', (name) => {
    expect(problems({ PRODUCT_NAME: name })).toHaveLength(1);
  });
});
