import { builder } from '../../graphql/builder.ts';
import type { AnonymousReason } from '../../session/opened-session.ts';
import { AccessTokenType } from './access-token.ts';
import { SessionType } from './session.ts';

const reasons = {
  ACCOUNT_DISABLED: { description: 'An operator has disabled the account.' },
  INVALID_COOKIE: {
    description:
      'The session cookie is not one of ours: changed, cut short, doubled, or signed with a secret that is no longer known.',
  },
  NO_COOKIE: {
    description:
      'The request had no session cookie. A browser app has to send it: `credentials: "include"`.',
  },
  NOT_LOGGED_IN: { description: 'There is a session, but nobody has logged in.' },
  SESSION_ENDED: {
    description:
      'The session was ended: by a logout, from another device, or by a changed password.',
  },
  SESSION_EXPIRED: {
    description: 'The session was not used for too long, or has reached its limit.',
  },
} satisfies Record<AnonymousReason, object>;

const AnonymousReasonEnum = builder.enumType('AnonymousReason', {
  description: 'Why nobody is logged in.',
  values: reasons,
});

/** Its fields read the context: there is one authentication an operation. */
export const AuthenticationType = builder.objectRef<object>('Authentication').implement({
  description: 'What the server makes of this request: who sends it, and if nobody, why.',
  fields: (t) => ({
    isAuthenticated: t.boolean({
      description: 'Whether somebody is logged in.',
      resolve: (_parent, _args, { currentUser }) => currentUser !== null,
    }),
    anonymousReason: t.field({
      type: AnonymousReasonEnum,
      nullable: true,
      description: 'Why nobody is logged in; null when somebody is.',
      resolve: (_parent, _args, { currentUser, session }) =>
        currentUser ? null : session.anonymousReason,
    }),
    isFresh: t.boolean({
      description:
        'Whether the password was given a moment ago, as `@authenticated(fresh: true)` asks.',
      resolve: (_parent, _args, { session }) => session.freshUntil !== null,
    }),
    freshUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when that holds; null when it does not.',
      resolve: (_parent, _args, { session }) => session.freshUntil,
    }),
    session: t.field({
      type: SessionType,
      nullable: true,
      description:
        'The session; null for an anonymous visitor, and for a request with an access token.',
      resolve: (_parent, _args, { session }) => (session.user ? session.row : null),
    }),
    accessToken: t.field({
      type: AccessTokenType,
      nullable: true,
      description: 'The access token that the request shows; null for a session.',
      resolve: (_parent, _args, { accessToken }) => accessToken,
    }),
  }),
});

builder.queryField('authentication', (t) =>
  t.field({
    type: AuthenticationType,
    isPublic: true,
    description: 'Why `viewer` is what it is. The first thing to ask when a login does not last.',
    resolve: () => ({}),
  }),
);
