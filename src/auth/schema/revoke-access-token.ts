import { builder } from '../../graphql/builder.ts';
import { NotFoundError } from '../../graphql/errors.ts';
import { encodeGlobalId, idWithin } from '../../graphql/global-id.ts';
import { revokeAccessToken } from '../access-tokens.ts';

const RevokeAccessTokenInput = builder.inputType('RevokeAccessTokenInput', {
  description: 'An access token that is to stop working.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id of one of your access tokens.' }),
  }),
});

const RevokeAccessTokenSuccess = builder
  .objectRef<{ id: string }>('RevokeAccessTokenSuccess')
  .implement({
    description: 'The token no longer works.',
    fields: (t) => ({
      revokedAccessTokenId: t.id({
        description: 'The id that it had.',
        resolve: ({ id }) => encodeGlobalId('AccessToken', id),
      }),
    }),
  });

builder.mutationField('revokeAccessToken', (t) =>
  t.withAuth({ session: true }).field({
    type: RevokeAccessTokenSuccess,
    nullable: true,
    description: 'Makes an access token stop working, at once and for good.',
    errors: { types: [NotFoundError] },
    args: {
      input: t.arg({ type: RevokeAccessTokenInput, required: true, description: 'The token.' }),
    },
    resolve: async (_root, { input }, context) => ({
      id: await revokeAccessToken(context, idWithin('AccessToken', input.id)),
    }),
  }),
);
