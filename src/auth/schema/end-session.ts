import { builder } from '../../graphql/builder.ts';
import { NotFoundError } from '../../graphql/errors.ts';
import { encodeGlobalId, idWithin } from '../../graphql/global-id.ts';
import { endOneSession } from '../logout.ts';

const EndSessionInput = builder.inputType('EndSessionInput', {
  description: 'A session that is to end.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id of one of your sessions.' }),
  }),
});

const EndSessionSuccess = builder.objectRef<{ id: string }>('EndSessionSuccess').implement({
  description: 'The session is over: its next request finds nobody logged in.',
  fields: (t) => ({
    endedSessionId: t.id({
      description: 'The id that it had.',
      resolve: ({ id }) => encodeGlobalId('Session', id),
    }),
  }),
});

builder.mutationField('endSession', (t) =>
  t.withAuth({ session: true }).field({
    type: EndSessionSuccess,
    nullable: true,
    description: 'Ends one of your sessions, such as that of a lost phone. This one may be it.',
    errors: { types: [NotFoundError] },
    args: {
      input: t.arg({ type: EndSessionInput, required: true, description: 'The session.' }),
    },
    resolve: async (_root, { input }, context) => ({
      id: await endOneSession(context, idWithin('Session', input.id)),
    }),
  }),
);
