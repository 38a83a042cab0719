import { builder } from '../../graphql/builder.ts';
import { loadById } from '../../graphql/load-by-id.ts';
import { resolvePage } from '../../graphql/page.ts';
import { deviceOf } from '../../session/device.ts';
import { endOf, Session, type StoredSession } from '../../session/session.ts';
import { aliveSessionsOf } from '../../session/user-sessions.ts';
import { ViewerType } from './viewer.ts';

/** One's own sessions alone: another user's cannot be reached, neither by `viewer` nor by `node`. */
export const SessionType = builder.objectRef<Session | StoredSession>('Session');

builder.node(SessionType, {
  id: { resolve: ({ id }) => id },
  loadWithoutCache: loadById(async (ids, { em, clock, lifetimes, currentUser, accessToken }) =>
    currentUser && !accessToken
      ? em.find(Session, {
          $and: [{ id: { $in: ids } }, aliveSessionsOf(currentUser, clock(), lifetimes)],
        })
      : [],
  ),
  description: 'One browser or app that you are logged in with.',
  fields: (t) => ({
    isCurrent: t.boolean({
      description: 'Whether this very request belongs to it.',
      resolve: ({ id }, _args, { session }) => session.row?.id === id,
    }),
    isRemembered: t.exposeBoolean('isRemembered', {
      description: 'Whether it outlives the browser, as `rememberMe` asks.',
    }),
    device: t.string({
      nullable: true,
      description:
        'What it is used with, such as `Firefox on Linux`; null when that cannot be told.',
      resolve: ({ userAgent }) => deviceOf(userAgent),
    }),
    ipAddress: t.exposeString('ipAddress', {
      nullable: true,
      description: 'Where it was last seen, to the hour. It may change: no session is bound to it.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When you logged in.' }),
    lastActiveAt: t.expose('lastActiveAt', {
      type: 'DateTime',
      description: 'When it was last used, to the hour.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When it ends, if it is not used again before.',
      resolve: (session, _args, { lifetimes }) => endOf(session, lifetimes),
    }),
  }),
});

const SessionConnection = builder.connectionObject(
  {
    name: 'SessionConnection',
    description: 'A page of sessions, newest first.',
    type: SessionType,
  },
  { name: 'SessionEdge', description: 'A session and its place in a list.' },
);

builder.objectField(ViewerType, 'sessions', (t) =>
  t.connection(
    {
      authScopes: { session: true },
      nullable: true,
      type: SessionType,
      description: 'Where you are logged in, newest first. `endSession` ends one.',
      resolve: async (viewer, args, { em, clock, lifetimes }) =>
        resolvePage(args, async ({ where, ...options }) =>
          em.find(Session, { $and: [aliveSessionsOf(viewer, clock(), lifetimes), where] }, options),
        ),
    },
    SessionConnection,
  ),
);
