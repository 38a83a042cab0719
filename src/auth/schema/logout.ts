import { builder } from '../../graphql/builder.ts';
import { encodeGlobalId } from '../../graphql/global-id.ts';
import { logOut } from '../identity.ts';

const LogoutPayload = builder.objectRef<{ endedSessionIds: string[] }>('LogoutPayload').implement({
  description: 'The session is over, and the cookie is cleared.',
  fields: (t) => ({
    endedSessionIds: t.idList({
      description: 'The sessions that ended; empty when nobody was logged in.',
      resolve: ({ endedSessionIds }) => endedSessionIds.map((id) => encodeGlobalId('Session', id)),
    }),
  }),
});

builder.mutationField('logout', (t) =>
  t.field({
    type: LogoutPayload,
    nullable: true,
    isPublic: true,
    description:
      'Logs out: ends the session on the server and clears the cookie. Succeeds when nobody is logged in, too.',
    resolve: async (_root, _args, context) => ({ endedSessionIds: await logOut(context) }),
  }),
);
