/**
 * The table of settings: every environment variable that Jotter reads, with its default, its
 * meaning, an example, and the parser that turns its text into a value. What is read and what
 * README says of it both come from here.
 */
import { z } from 'zod';

import { mailSettings } from './mail-settings.ts';
import { operationSettings } from './operation-settings.ts';
import { quotaSettings } from './quota-settings.ts';
import type { SettingAbout } from './setting-about.ts';
import {
  databaseUrl,
  delay,
  duration,
  flag,
  host,
  oneOf,
  origin,
  origins,
  portOrOff,
  secrets,
  wholeNumber,
} from './setting-parsers.ts';

/** One row of README's table; `default` and `meaning` are Markdown. */
export interface SettingRow {
  readonly name: string;
  readonly default: string;
  readonly meaning: string;
}

const about = z.registry<SettingAbout>();

/** Parses the texts of all variables; durations come out in milliseconds. */
export const settings = z.object({
  NODE_ENV: oneOf(['development', 'production', 'test']).register(about, {
    default: 'development',
    description: '`development`, `production` or `test`; production is strict about the rest',
    example: 'production',
  }),
  HOST: host().register(about, {
    default: '127.0.0.1',
    description: 'the address to listen on; `0.0.0.0` is every IPv4 address, `::` every address',
    example: '0.0.0.0',
  }),
  PORT: wholeNumber(0, 65_535).register(about, {
    default: '4000',
    description: 'the port to listen on; `0` takes any free one',
    example: '4000',
  }),
  MAX_CONNECTIONS: wholeNumber(1, 100_000).register(about, {
    default: '4000',
    description: 'how many connections may be open at once; more are closed as they come',
    example: '4000',
  }),
  WORKERS: wholeNumber(1, 256).register(about, {
    default: '1',
    description: 'how many processes serve the port; more than one needs PostgreSQL',
    example: '4',
  }),
  SHUTDOWN_DELAY: delay().register(about, {
    default: '0s',
    description:
      'how long the server goes on after a signal to stop, while `/ready` says 503: ' +
      'what a load balancer takes to notice',
    example: '5s',
  }),
  METRICS_PORT: portOrOff().register(about, {
    default: 'off',
    description: 'the port where Prometheus reads `/metrics`, or `off`; `0` takes any free one',
    example: '9464',
  }),
  METRICS_HOST: host().register(about, {
    default: '127.0.0.1',
    description: 'the address of that port; keep it out of reach of the public',
    example: '127.0.0.1',
  }),
  PUBLIC_URL: origin()
    .optional()
    .register(about, {
      default: { development: '`http://localhost:PORT`' },
      description: 'the origin that browsers see, without a path; https in production',
      example: 'https://notes.example.com',
      nearMisses: ['PUBLIC_ORIGIN', 'BASE_URL', 'APP_URL'],
    }),
  CLIENT_ORIGINS: origins().register(about, {
    default: '',
    description:
      'other origins whose pages may send operations with a cookie, separated by commas; ' +
      'they must share the site with `PUBLIC_URL` for the cookie to be sent',
    example: 'https://app.example.com,https://admin.example.com',
    nearMisses: ['CORS_ORIGIN', 'CORS_ORIGINS', 'ALLOWED_ORIGINS'],
  }),
  TRUSTED_PROXIES: wholeNumber(0, 10).register(about, {
    default: '0',
    description:
      'how many proxies in front append to `X-Forwarded-For`; `0` believes nobody, ' +
      'and takes the address of the socket',
    example: '1',
  }),
  DATABASE_URL: databaseUrl().register(about, {
    default: 'sqlite:data/jotter.db',
    description: '`sqlite:<path>`, `sqlite::memory:` or `postgres://user:password@host/database`',
    example: 'sqlite:data/jotter.db',
  }),
  DATABASE_POOL_SIZE: wholeNumber(1, 1000).register(about, {
    default: '10',
    description: 'how many connections each process has to PostgreSQL at the most',
    example: '10',
  }),
  GRAPHIQL: flag().register(about, {
    default: { development: 'true', production: 'false' },
    description: 'whether GraphiQL is served: `true` or `false`',
    example: 'true',
  }),
  INTROSPECTION: flag().register(about, {
    default: { development: 'true', production: 'false' },
    description: 'whether clients may ask for the schema: `true` or `false`',
    example: 'true',
  }),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).register(about, {
    default: 'info',
    description: '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`',
    example: 'info',
  }),
  SESSION_SECRETS: secrets()
    .optional()
    .register(about, {
      default: { development: 'a generated one, kept in `session-secret` beside the database' },
      description:
        'what session cookies are signed with, separated by commas, newest first: ' +
        'the first signs, all verify; each at least 32 bytes',
      example: `$(node -e "console.log(require('node:crypto').randomBytes(32).toString('base64url'))")`,
      nearMisses: ['SESSION_SECRET', 'SECRET_KEY', 'SECRET_KEYS', 'SESSION_KEY', 'COOKIE_SECRET'],
    }),
  SESSION_IDLE_TIMEOUT: duration().register(about, {
    default: '7d',
    description: 'a session that is not used for this long ends (`30s`, `10m`, `24h`, `7d`)',
    example: '7d',
  }),
  SESSION_LIFETIME: duration().register(about, {
    default: '24h',
    description: 'a session ends this long after its login, however much it is used',
    example: '24h',
  }),
  SESSION_REMEMBERED_LIFETIME: duration().register(about, {
    default: '30d',
    description: 'the same for a session that is remembered; at most `400d`, like all durations',
    example: '30d',
  }),
  SESSION_FRESH_FOR: duration().register(about, {
    default: '10m',
    description: 'a login or a confirmed password opens sensitive changes for this long',
    example: '10m',
  }),
  PASSWORD_MIN_LENGTH: wholeNumber(8, 128).register(about, {
    default: '8',
    description: 'the shortest password that is accepted, in characters: 8 to 128',
    example: '15',
  }),
  ...mailSettings(about),
  ...quotaSettings(about),
  ...operationSettings(about),
});

/** What the table says of each variable, by name, in its order. */
export const aboutSettings: ReadonlyMap<string, SettingAbout> = new Map(
  Object.entries(settings.shape).map(([name, parser]) => [
    name,
    about.get(parser) ?? failUndescribed(name),
  ]),
);

function failUndescribed(name: string): never {
  throw new Error(`The setting ${name} is not described: register it in the table.`);
}

/** The rows of README's table of settings. */
export function settingRows(): readonly SettingRow[] {
  return Array.from(aboutSettings, ([name, setting]) => ({
    name,
    default: defaultMarkdown(setting.default),
    meaning: setting.description,
  }));
}

function defaultMarkdown(fallback: SettingAbout['default']): string {
  if (fallback === '') return 'none';
  if (typeof fallback === 'string') return `\`${fallback}\``;
  const { development, production } = fallback;
  return production === undefined
    ? `${development}; required in production`
    : `\`${development}\`; in production \`${production}\``;
}
