import { useGenericAuth } from '@envelop/generic-auth';
/** The application factory. Everything that an application needs is an argument; nothing is global. */
import type { MikroORM } from '@mikro-orm/core';
import type { GraphQLSchema } from 'graphql';
import { NoSchemaIntrospectionCustomRule } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';

import { createPasswords } from './auth/passwords.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { OneCredentialFieldRule } from './graphql/credential-fields.ts';
import { createGraphiQLRoute, isPageRequest } from './graphql/graphiql-route.ts';
import { createOperationRoute } from './graphql/operation-route.ts';
import { useValidationRules } from './graphql/use-validation-rules.ts';
import { createEdge, type Edge } from './http/edge.ts';
import { createFetch, type Fetch } from './http/fetch.ts';
import { schema as jotterSchema } from './schema.ts';
import { createSessionCookie } from './session/session-cookie.ts';
import { useSession } from './session/use-session.ts';
import type { User } from './users/user.ts';

export interface AppOptions {
  readonly config: Config;
  /** With its schema migrated. The application does not close it. */
  readonly orm: MikroORM;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Another schema, for whoever builds on the session and the login with types of their own. */
  readonly schema?: GraphQLSchema;
  /** Yoga plugins that run after Jotter's own. */
  readonly plugins?: readonly Plugin[];
}

export interface App {
  /** Answers a Fetch request as a socket would be answered. */
  readonly fetch: Fetch;
  /** What a socket is put in front of. */
  readonly edge: Edge;
}

export function createApp(options: AppOptions): App {
  const { config, orm, log, clock = systemClock } = options;
  const passwords = createPasswords({ minLength: config.passwordMinLength });
  const graphiql = createGraphiQLRoute();

  const operations = createOperationRoute({
    getPipeline: createYogaServer(options).getEnveloped,
    allow: config.graphiql ? 'GET, POST' : 'POST',
    initialContext: (exchange) => ({
      exchange,
      em: orm.em.fork(),
      clock,
      log: log.child({ requestId: exchange.requestId }),
      passwords,
    }),
  });

  const edge = createEdge({
    routes: {
      '/graphql': (exchange) =>
        config.graphiql && isPageRequest(exchange) ? graphiql(exchange) : operations(exchange),
    },
    isSecure: config.isProduction,
    onError: (error, { requestId }) => {
      log.error({ event: 'request_failed', requestId, err: error }, 'A request failed');
    },
  });

  return { edge, fetch: createFetch(edge) };
}

/** Yoga's pipeline: what happens to an operation between its parameters and its result. */
function createYogaServer({ config, schema = jotterSchema, plugins = [] }: AppOptions) {
  const { session, isProduction, introspection } = config;
  const rules = [
    OneCredentialFieldRule,
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];

  return createYoga({
    schema,
    logging: false,
    // Errors are masked, and the rest of HTTP is done, in one place: the operation route.
    maskedErrors: false,
    plugins: [
      useValidationRules(rules),
      useSession({
        cookie: createSessionCookie({ secrets: session.secrets, isSecure: isProduction }),
        lifetimes: session,
      }),
      useGenericAuth<User, Context>({
        mode: 'resolve-only',
        resolveUserFn: (context) => context.session.user,
      }),
      ...plugins,
    ],
  });
}
