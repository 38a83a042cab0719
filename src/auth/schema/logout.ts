import { builder } from '../../graphql/builder.ts';
import { encodeGlobalId } from '../../graphql/global-id.ts';
import { endSessionsWithin, type LogoutScope } from '../logout.ts';

const scopes = {
  THIS_SESSION: { description: 'The session of this request.' },
  OTHER_SESSIONS: { description: 'All of your sessions but this one.' },
  ALL_SESSIONS: { description: 'All of your sessions, on every device.' },
} satisfies Record<LogoutScope, object>;

const LogoutScopeEnum = builder.enumType('LogoutScope', {
  description: 'Which sessions a logout ends.',
  values: scopes,
});

const LogoutInput = builder.inputType('LogoutInput', {
  description: 'How far a logout goes.',
  fields: (t) => ({
    scope: t.field({
      type: LogoutScopeEnum,
      required: true,
      defaultValue: 'THIS_SESSION',
      description: 'Which sessions end: this one, unless you say more.',
    }),
  }),
});

const LogoutPayload = builder.objectRef<{ ids: string[] }>('LogoutPayload').implement({
  description: 'The sessions are over. If this one is among them, its cookie is cleared.',
  fields: (t) => ({
    endedSessionIds: t.idList({
      description: 'The sessions that ended; empty when nobody was logged in.',
      resolve: ({ ids }) => ids.map((id) => encodeGlobalId('Session', id)),
    }),
  }),
});

builder.mutationField('logout', (t) =>
  t.field({
    type: LogoutPayload,
    nullable: true,
    isPublic: true,
    description:
      'Logs out: ends sessions on the server, and clears the cookie. Succeeds when nobody is logged in, too.',
    args: {
      input: t.arg({ type: LogoutInput, description: 'Which sessions; this one by default.' }),
    },
    resolve: async (_root, { input }, context) => ({
      ids: await endSessionsWithin(context, input?.scope ?? 'THIS_SESSION'),
    }),
  }),
);
