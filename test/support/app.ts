/**
 * The test kit: an application on a database of its own, in milliseconds.
 *
 *     await using app = await createTestApp();
 *     const ada = await app.as(await app.createUser('ada'));
 *     const { data, errors } = await ada.query('{ viewer { username } }');
 */
import type { Logger } from 'pino';

import { createApp, type App, type AppOptions } from '../../src/app.ts';
import type { AccessTokenScope } from '../../src/auth/access-token.ts';
import { createPasswords } from '../../src/auth/passwords.ts';
import type { SecurityEventNotice } from '../../src/auth/security-events.ts';
import { loadConfig, type Config } from '../../src/config.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import type { Orm } from '../../src/database/orm-options.ts';
import { createProbe } from '../../src/database/probe.ts';
import { entities } from '../../src/entities.ts';
import { createLogger } from '../../src/log.ts';
import type { MailTransport } from '../../src/mail/mail-transport.ts';
import { createReadiness } from '../../src/readiness.ts';
import { User } from '../../src/users/user.ts';
import { createCountedChanges, type CountedChanges } from './changes.ts';
import { TestClient } from './client.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { createToken, startSession, type SessionOptions } from './credentials.ts';
import { createTestDatabase } from './database.ts';
import { createTestOutbox, type TestOutbox } from './outbox.ts';
import { createSecretsGuard } from './secrets.ts';

/** What every user of the kit has as a password. */
export const PASSWORD = 'a walk in the long grass';

/** The settings of every application here, unless a test says otherwise. */
export const testConfig = loadConfig({
  DATABASE_URL: 'sqlite::memory:',
  SESSION_SECRETS: 'Zk3vQ9xN7cT1mB5yR8wL2pH6dF4sJ0gA',
  NODE_ENV: 'test',
});

export interface TestAppOptions extends Pick<AppOptions, 'schema' | 'plugins' | 'onSecurityEvent'> {
  readonly config?: Partial<Config>;
  /** Carries the mails; null for nobody. They are kept for `outbox` if nothing is said. */
  readonly mailTransport?: MailTransport | null;
}

export interface TestApp extends App, AsyncDisposable {
  readonly config: Config;
  readonly orm: Orm;
  readonly databaseUrl: string;
  readonly clock: TestClock;
  /** Where the application tells what has changed. */
  readonly changes: CountedChanges;
  readonly log: Logger;
  /** What was logged, line by line, as objects; without the lines that each answer has. */
  readonly logged: readonly Record<string, unknown>[];
  /** The lines of the log that each answer has, in order. */
  readonly answered: readonly Record<string, unknown>[];
  /** Those of the lines that say that something is wrong. */
  complaints(): Record<string, unknown>[];
  /** What the hook for security events was told, in order. */
  readonly events: readonly SecurityEventNotice[];
  /** What was sent by mail. */
  readonly outbox: TestOutbox;
  /** The statements that read or write rows while something runs. */
  statementsOf(run: () => Promise<unknown>): Promise<string[]>;
  /**
   * A client whom nobody knows yet.
   *
   * @param address where it seems to be; nowhere if nothing is said
   */
  client(address?: string): TestClient;
  createUser(
    username: string,
    content?: Partial<Pick<User, 'displayName' | 'disabledAt' | 'email' | 'pendingEmail'>>,
  ): Promise<User>;
  /** A client that is logged in, without going through `login`. */
  as(user: User, session?: SessionOptions): Promise<TestClient>;
  /** A program that shows an access token of the user. */
  withToken(user: User, scope?: AccessTokenScope): Promise<TestClient>;
}

export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const clock = createTestClock();
  const statements: string[] = [];
  let lastFault: unknown = null;
  const database = await createTestDatabase();
  const changes = createCountedChanges(database.url);
  const orm = await openDatabase({
    databaseUrl: database.url,
    entities,
    // MikroORM quotes names for each database in a way of its own.
    onStatement: (sql) => statements.push(sql.trim().replaceAll('`', '"')),
    onStorage: (fault) => {
      lastFault = fault;
    },
  });
  const logged: Record<string, unknown>[] = [];
  const answered: Record<string, unknown>[] = [];
  const log = createLogger({
    level: 'debug',
    isTerminal: false,
    destination: {
      write: (text) => {
        const line = JSON.parse(text);
        (line.event === 'request_answered' ? answered : logged).push(line);
      },
    },
  });
  const settings = { ...testConfig, ...options.config };
  const events: SecurityEventNotice[] = [];
  const guard = createSecretsGuard();
  for (const text of [PASSWORD, ...settings.session.secrets]) {
    guard.add(text);
  }
  const transport = options.mailTransport;
  const outbox = createTestOutbox({
    config: settings,
    orm,
    clock,
    log,
    transport: transport ?? undefined,
    onToken: (token) => guard.add(token),
  });
  const app = createApp({
    ...options,
    // Mails are sent when a test looks for them, and not in its midst.
    mail: transport === null ? undefined : { wake: () => {} },
    config: settings,
    orm,
    log,
    clock,
    changes,
    readiness: createReadiness({ probe: createProbe(orm, () => lastFault), log, clock }),
    onSecurityEvent: (event) => {
      events.push(event);

      return options.onSecurityEvent?.(event);
    },
  });

  const fetch = guard.over(app.fetch);
  const testApp: TestApp = {
    ...app,
    fetch,
    config: settings,
    orm,
    databaseUrl: database.url,
    clock,
    changes,
    log,
    logged,
    answered,
    complaints: () => logged.filter(({ level }) => Number(level) > 30),
    events,
    outbox,
    statementsOf: async (run) => {
      const before = statements.length;
      await run();

      return statements
        .slice(before)
        .filter((sql) => /^(?:select|insert|update|delete)\b/u.test(sql));
    },
    client: (address) =>
      new TestClient(
        async (request) => fetch(request, address === undefined ? {} : { address }),
        settings.publicUrl.origin,
      ),
    createUser: async (username, content = {}) => {
      const em = orm.em.fork();
      const user = em.create(User, {
        username,
        usernameKey: username.toLowerCase(),
        passwordHash: await passwordHash,
        createdAt: clock(),
        emailKey: content.email?.toLowerCase() ?? null,
        ...content,
      });
      await em.flush();

      return user;
    },
    as: async (user, session) => {
      const client = testApp.client();
      const cookie = await startSession(testApp, user, session);
      for (const part of cookie.split('.').slice(1)) {
        guard.add(part);
      }
      await client.setCookie(cookie);

      return client;
    },
    withToken: async (user, scope = 'READ') => {
      const client = testApp.client();
      const token = await createToken(testApp, user, scope);
      guard.add(token);
      client.headers['authorization'] = `Bearer ${token}`;

      return client;
    },
    [Symbol.asyncDispose]: async () => {
      await changes.close();
      await orm.close();
      try {
        guard.check([...logged, ...answered], await database.content());
      } finally {
        await database[Symbol.asyncDispose]();
      }
    },
  };

  return testApp;
}

const passwordHash = createPasswords({ minLength: 8 }).hash(PASSWORD);
