/** The application factory. Everything that an application needs is an argument; nothing is global. */
import { useGenericAuth } from '@envelop/generic-auth';
import { specifiedRules, type GraphQLSchema, type ValidationRule } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';

import { isAccountDisabled } from './auth/administration.ts';
import { loadUser } from './auth/load-user.ts';
import type { MailKind } from './auth/mail-kinds.ts';
import { createPageRoutes } from './auth/pages/page-routes.ts';
import { createPasswords } from './auth/passwords.ts';
import type { SecurityEventHook } from './auth/security-events.ts';
import { onSessionIncident } from './auth/session-incidents.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createLocalChanges, type Changes } from './database/changes.ts';
import type { Orm } from './database/orm-options.ts';
import { createProbe } from './database/probe.ts';
import { OneCredentialFieldRule } from './graphql/credential-fields.ts';
import { useExecutor } from './graphql/executor/use-executor.ts';
import { createGraphiQLRoute, isPageRequest, showTheWay } from './graphql/graphiql-route.ts';
import { Documents } from './graphql/limits/documents.ts';
import { NoIntrospectionRule } from './graphql/limits/no-introspection-rule.ts';
import { parseDocument } from './graphql/limits/parse-document.ts';
import { validateDocument, type ValidationPolicy } from './graphql/limits/validate-document.ts';
import { createOperationRoute } from './graphql/operation-route.ts';
import { createPersistedOperations } from './graphql/persisted-operations.ts';
import { OpenStreams } from './graphql/streams/open-streams.ts';
import { useValidationRules } from './graphql/use-validation-rules.ts';
import { bearerTokenOf } from './http/bearer.ts';
import { createEdge, type Edge } from './http/edge.ts';
import { createFetch, type Fetch } from './http/fetch.ts';
import { createHealthRoutes } from './http/health-routes.ts';
import { createOriginGuard } from './http/origin-guard.ts';
import { logAnswers, logOf } from './log.ts';
import type { MailWorker } from './mail/mail-worker.ts';
import { createOutbox } from './mail/outbox.ts';
import type { Metrics } from './metrics/metrics.ts';
import { NoteQuota } from './notes/note-quota.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { RequestScope } from './request-scope.ts';
import { schema as jotterSchema } from './schema.ts';
import { accountTopic } from './session/account-change.ts';
import { countAliveSessions } from './session/count-sessions.ts';
import { createSessionCookie } from './session/session-cookie.ts';
import { useSession } from './session/use-session.ts';
import type { CurrentUser } from './users/user.ts';

export interface AppOptions {
  readonly config: Config;
  /** With its schema migrated. The application does not close it. */
  readonly orm: Orm;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Where changes are told, and heard of; by default, those of this process alone. */
  readonly changes?: Changes;
  /** What `/ready` tells; by default, whether the database answers. */
  readonly readiness?: Readiness;
  /** Is told of every answer, and where to read numbers from. */
  readonly metrics?: Metrics | undefined;
  /** Sends what is put into the outbox. Without it, whatever needs mail is refused. */
  readonly mail?: Pick<MailWorker, 'wake'> | undefined;
  /** Another schema, for whoever builds on the session and the login with types of their own. */
  readonly schema?: GraphQLSchema;
  /** Is told of logins, logouts, ended sessions and the like. */
  readonly onSecurityEvent?: SecurityEventHook;
  /** Yoga plugins that run after Jotter's own. */
  readonly plugins?: readonly Plugin[];
}

export interface App {
  /** Answers a Fetch request as a socket would be answered. */
  readonly fetch: Fetch;
  /** What a socket is put in front of. */
  readonly edge: Edge;
  /** Ends all streams, each with a word to its client. There are no new ones afterwards. */
  endStreams(): void;
}

export function createApp(options: AppOptions): App {
  const { config, orm, log, metrics, clock = systemClock } = options;
  const { changes = createLocalChanges() } = options;
  const openStreams = new OpenStreams(config.streams);
  const { readiness = createReadiness({ probe: createProbe(orm), log, clock }) } = options;
  const outbox = createOutbox<MailKind>({ clock, wake: options.mail?.wake ?? null });
  let goodAnswers = 0;
  const passwords = createPasswords({
    minLength: config.passwordMinLength,
    countAnswers: () => goodAnswers,
  });
  const graphiql = createGraphiQLRoute();
  const logAnswer = logAnswers(log);
  const noteQuota = new NoteQuota(config.quotas.notes);
  const { onSecurityEvent } = options;
  const shared = { orm, log, clock, changes, passwords, outbox, onSecurityEvent };

  const policy: ValidationPolicy = {
    limits: config.operationLimits,
    // They would tell, word by word, what introspection does not.
    hidesSuggestions: config.isProduction || !config.introspection,
  };

  const documents = new Documents(policy);
  const operations = createOperationRoute({
    ...policy,
    getPipeline: createYogaServer(options, documents).getEnveloped,
    hasPlugins: (options.plugins ?? []).length > 0,
    knownDocument: (text) => documents.find(text),
    persistedOperations: loadPersistedOperations(options, policy),
    allow: config.graphiql ? 'GET, POST' : 'POST',
    openStreams,
    heartbeat: config.streams.heartbeat,
    watchLogin: async (userId, onChange) =>
      changes.listen([accountTopic(userId)], { onChange, onGap: onChange }),
    isDisabled: async (userId) => isAccountDisabled(orm.em, userId),
    initialContext: (exchange, signal, isContinued) =>
      Object.assign(new RequestScope(shared, exchange, signal), {
        isContinued,
        lifetimes: config.session,
        quotas: config.quotas,
        noteQuota,
        accessToken: null,
      }),
  });

  const pages = createPageRoutes({
    scopeOf: (exchange) => new RequestScope(shared, exchange, exchange.signal),
    productName: config.mail.productName,
  });

  const edge = createEdge({
    routes: {
      ...pages,
      ...(config.graphiql && { '/': showTheWay }),
      '/graphql': (exchange) =>
        config.graphiql && isPageRequest(exchange) ? graphiql(exchange) : operations(exchange),
      ...createHealthRoutes(async () => readiness.isReady()),
    },
    originGuard: createOriginGuard({
      publicOrigin: config.publicUrl.origin,
      clientOrigins: config.clientOrigins,
      formPaths: Object.keys(pages),
      isLoopbackOurs: !config.isProduction,
    }),
    trustedHops: config.trustedProxies,
    isSecure: config.isProduction,
    onError: (error, exchange) => {
      logOf(log, exchange).error({ event: 'request_failed', err: error }, 'A request failed');
    },
    onAnswer: (exchange, answer, duration) => {
      if (exchange.summary.code === undefined) {
        goodAnswers += 1;
      }
      logAnswer(exchange, answer, duration);
      metrics?.onAnswer(exchange, answer, duration);
    },
  });
  metrics?.watch({
    countSessions: async () => countAliveSessions(orm.em.fork(), clock(), config.session),
    countStreams: () => openStreams.count,
    hashLoad: () => passwords.load,
  });

  return { edge, fetch: createFetch(edge), endStreams: () => openStreams.stop() };
}

/** Yoga's pipeline: what happens to an operation between its parameters and its result. */
function createYogaServer(
  { config, schema = jotterSchema, plugins = [] }: AppOptions,
  documents: Documents,
) {
  const { session, isProduction } = config;

  return createYoga({
    schema,
    logging: false,
    // Errors are masked, and the rest of HTTP is done, in one place: the operation route.
    maskedErrors: false,
    parserAndValidationCache: false,
    plugins: [
      useValidationRules(validationRules(config)),
      useSession({
        cookie: createSessionCookie({ secrets: session.secrets, isSecure: isProduction }),
        lifetimes: session,
        isUsedBy: (exchange) => bearerTokenOf(exchange) === null,
        onIncident: onSessionIncident,
      }),
      useGenericAuth<CurrentUser, Context>({
        mode: 'resolve-only',
        resolveUserFn: loadUser,
      }),
      useExecutor(),
      ...plugins,
      documents.plugin(),
    ],
  });
}

/** They are held to the limits and rules of every operation before the server starts. */
function loadPersistedOperations(
  { config, schema = jotterSchema }: AppOptions,
  policy: ValidationPolicy,
) {
  const rules = [...specifiedRules, ...validationRules(config)];

  return createPersistedOperations({
    ...config.persistedOperations,
    check: (text) => validateDocument(schema, parseDocument(text, policy.limits), rules, policy),
  });
}

/** Those of Jotter, besides those of the GraphQL specification. */
function validationRules({ introspection }: Config): readonly ValidationRule[] {
  return [OneCredentialFieldRule, ...(introspection ? [] : [NoIntrospectionRule])];
}
