/**
 * The environment -> Config, or one error that names every variable that is wrong, and the cure. The
 * variables themselves stand in `config/settings.ts`.
 *
 * A problem never repeats a value: a password or a secret may stand in any of them, in the wrong one
 * too. A missing secret stops production; elsewhere one is generated and kept beside the database.
 */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import type { z } from 'zod';

import { developmentSecret, generateSecret, secretFile } from './config/development-secret.ts';
import { mailConfig } from './config/mail-config.ts';
import { relationProblems } from './config/setting-relations.ts';
import { aboutSettings, settings } from './config/settings.ts';
import type { OperationLimits } from './graphql/limits/operation-limits.ts';
import type { StreamLimits } from './graphql/streams/open-streams.ts';
import type { MailSettings } from './mail/mail-settings.ts';
import { OperatorError } from './operator-error.ts';

/** What the server runs on. Durations are milliseconds. */
export interface Config {
  /** Secure cookies and https; `false` in development and in tests. */
  readonly isProduction: boolean;
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  /** How many processes serve. */
  readonly workers: number;
  readonly server: { readonly maxConnections: number };
  /** Between a signal to stop and the end of listening. */
  readonly shutdownDelay: number;
  /** Where metrics are read; the port is null when they are not. */
  readonly metrics: { readonly port: number | null; readonly host: string };
  /** An origin: links in mails and the check of `Origin` go by it. Its port is 0 where `port` is, by default. */
  readonly publicUrl: URL;
  /** Other origins whose pages may send operations with a cookie. */
  readonly clientOrigins: readonly string[];
  /** How many proxies in front are believed about a client's address. */
  readonly trustedProxies: number;
  /** `sqlite:<path>` (relative to the working directory), `sqlite::memory:` or `postgres://...`. */
  readonly databaseUrl: string;
  /** How many connections to PostgreSQL each process has at the most. */
  readonly databasePoolSize: number;
  readonly graphiql: boolean;
  readonly introspection: boolean;
  readonly operationLimits: OperationLimits;
  /** How many streams may be open at once in this process, and how often they show that they live. */
  readonly streams: StreamLimits & { readonly heartbeat: number };
  readonly quotas: Quotas;
  readonly persistedOperations: {
    /** A JSON file; null for none. */
    readonly file: string | null;
    /** Whether every other operation is refused. */
    readonly areRequired: boolean;
  };
  readonly logLevel: z.output<typeof settings>['LOG_LEVEL'];
  readonly session: {
    /** Newest first: the first signs, all verify. Empty where none was generated yet, and none was to be. */
    readonly secrets: readonly string[];
    /** From the last use. */
    readonly idleTimeout: number;
    /** From the login, for a session that is not remembered. */
    readonly lifetime: number;
    /** From the login, for a session that is remembered. */
    readonly rememberedLifetime: number;
    /** From the login or the last confirmed password. */
    readonly freshFor: number;
  };
  /** In code points. */
  readonly passwordMinLength: number;
  readonly mail: MailSettings;
}

/** How much each person may keep. */
export interface Quotas {
  readonly notes: number;
  readonly sessions: number;
  readonly accessTokens: number;
}

/** The settings cannot be used. The message has a line for each problem and no value of any variable. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;
type Settings = z.output<typeof settings>;

/**
 * Reads the settings from `env`, which is the process environment by default; outside production the generated secret is read from, or kept
 * in, the folder of the SQLite file, or `data`. White space counts as not set, and variables that
 * are not in the table are ignored.
 *
 * @param options.directory where relative paths begin; the working directory by default
 * @param options.keepsSecret whether a missing secret is generated and kept; a command, which signs nothing, leaves that to the server
 * @throws {ConfigError} with every problem at once
 */
export function loadConfig(
  env: Environment = process.env,
  { directory = '', keepsSecret = true }: { directory?: string; keepsSecret?: boolean } = {},
): Config {
  const values = readSettings(env);
  return {
    isProduction: values.NODE_ENV === 'production',
    host: values.HOST,
    port: values.PORT,
    workers: values.WORKERS,
    server: { maxConnections: values.MAX_CONNECTIONS },
    shutdownDelay: values.SHUTDOWN_DELAY,
    metrics: { port: values.METRICS_PORT, host: values.METRICS_HOST },
    publicUrl: values.PUBLIC_URL ?? new URL(`http://localhost:${values.PORT}`),
    clientOrigins: values.CLIENT_ORIGINS,
    trustedProxies: values.TRUSTED_PROXIES,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    graphiql: values.GRAPHIQL,
    introspection: values.INTROSPECTION,
    quotas: {
      notes: values.NOTES_PER_USER,
      sessions: values.SESSIONS_PER_USER,
      accessTokens: values.ACCESS_TOKENS_PER_USER,
    },
    operationLimits: {
      size: values.OPERATION_MAX_SIZE,
      tokens: values.OPERATION_MAX_TOKENS,
      depth: values.OPERATION_MAX_DEPTH,
      introspectionDepth: values.OPERATION_MAX_INTROSPECTION_DEPTH,
      aliases: values.OPERATION_MAX_ALIASES,
      directives: values.OPERATION_MAX_DIRECTIVES,
      complexity: values.OPERATION_MAX_COMPLEXITY,
      answerSize: values.OPERATION_MAX_ANSWER_SIZE,
      errors: values.OPERATION_MAX_ERRORS,
      time: values.OPERATION_TIMEOUT,
      cacheSize: values.OPERATION_CACHE_SIZE,
    },
    streams: {
      perLogin: values.STREAMS_PER_SESSION,
      perUser: values.STREAMS_PER_USER,
      perNetwork: values.STREAMS_PER_NETWORK,
      total: values.MAX_STREAMS,
      heartbeat: values.STREAM_HEARTBEAT,
    },
    persistedOperations: {
      file: values.PERSISTED_OPERATIONS,
      areRequired: values.PERSISTED_OPERATIONS_ONLY,
    },
    logLevel: values.LOG_LEVEL,
    session: {
      secrets: values.SESSION_SECRETS ?? keptSecrets(values.DATABASE_URL, directory, keepsSecret),
      idleTimeout: values.SESSION_IDLE_TIMEOUT,
      lifetime: values.SESSION_LIFETIME,
      rememberedLifetime: values.SESSION_REMEMBERED_LIFETIME,
      freshFor: values.SESSION_FRESH_FOR,
    },
    passwordMinLength: values.PASSWORD_MIN_LENGTH,
    mail: mailConfig(values, resolve(directory, secretFolder(values.DATABASE_URL))),
  };
}

function readSettings(env: Environment): Settings {
  const names = Array.from(aboutSettings.keys());
  const given = Object.fromEntries(names.map((name) => [name, env[name]?.trim() || undefined]));
  // A misspelt mode is checked as production, so that what is missing there comes out at once too.
  const isProduction = !['development', 'test'].includes(given['NODE_ENV'] ?? 'development');
  const texts = Object.fromEntries(
    names.map((name) => [name, given[name] ?? defaultText(name, isProduction)]),
  );

  const parsed = settings.safeParse(texts);
  const problems = [
    ...(parsed.error?.issues.map((issue) => issueProblem(issue.path, issue.message)) ?? []),
    ...(isProduction ? productionProblems(texts, env) : []),
    ...relationProblems(texts).map(({ name, what }) => problem(name, what)),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

function defaultText(name: string, isProduction: boolean): string | undefined {
  const fallback = aboutSettings.get(name)?.default;
  if (fallback === undefined || typeof fallback === 'string') return fallback;
  if (fallback.production === undefined) return undefined;
  return isProduction ? fallback.production : fallback.development;
}

function issueProblem([name, index]: readonly PropertyKey[], message: string): string {
  const place = typeof index === 'number' ? `(number ${index + 1}) ` : '';
  return problem(String(name), `${place}${message}`);
}

function problem(name: string, what: string): string {
  return `${name} ${what}, for example ${name}=${aboutSettings.get(name)?.example}`;
}

function productionProblems(texts: Environment, env: Environment): readonly string[] {
  const missing = Object.keys(texts)
    .filter((name) => texts[name] === undefined)
    .map((name) => problem(name, `is required in production${hint(name, env)}`));
  if (!/^http:/i.test(texts['PUBLIC_URL'] ?? '')) return missing;
  return [...missing, problem('PUBLIC_URL', 'must begin with https:// in production')];
}

function hint(name: string, env: Environment): string {
  const found = aboutSettings.get(name)?.nearMisses?.find((nearMiss) => env[nearMiss]?.trim());
  return found === undefined ? '' : ` (${found} is set but not read: did you mean ${name}?)`;
}

function keptSecrets(
  databaseUrl: string,
  directory: string,
  keepsSecret: boolean,
): readonly string[] {
  if (databaseUrl === 'sqlite::memory:') return [generateSecret()];
  const folder = resolve(directory, secretFolder(databaseUrl));
  if (!keepsSecret && !existsSync(secretFile(folder))) return [];
  const kept = developmentSecret(folder);
  if ('problem' in kept) throw new ConfigError([`SESSION_SECRETS is not set, and ${kept.problem}`]);
  return [kept.secret];
}

/** Where a generated secret is kept: beside the SQLite file, or in `data`. */
export function secretFolder(databaseUrl: string): string {
  const [, path = 'data/jotter.db'] = /^sqlite:(?!:memory:$)(.*)$/s.exec(databaseUrl) ?? [];
  return dirname(path);
}
