import { builder } from '../../graphql/builder.ts';
import { InvalidInputError, LimitReachedError } from '../../graphql/errors.ts';
import { validInput } from '../../graphql/input.ts';
import { createAccessTokenInput } from '../access-token-input.ts';
import { createAccessToken, type NewAccessToken } from '../access-tokens.ts';
import { AccessTokenScopeEnum, AccessTokenType } from './access-token.ts';

const CreateAccessTokenInput = builder.inputType('CreateAccessTokenInput', {
  description: 'A new access token.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'What it is for, 1 to 100 characters, such as `backup script`.',
    }),
    scope: t.field({
      type: AccessTokenScopeEnum,
      required: true,
      defaultValue: 'READ',
      description: 'What it may do: read, unless you say `WRITE`.',
    }),
    expiresInDays: t.int({
      required: true,
      defaultValue: 90,
      description: 'After how many days it stops working: 1 to 365.',
    }),
  }),
});

const CreateAccessTokenSuccess = builder
  .objectRef<NewAccessToken>('CreateAccessTokenSuccess')
  .implement({
    description: 'The token is made. This is the only time that its text is shown.',
    fields: (t) => ({
      token: t.exposeString('text', {
        description:
          'The text to send as `Authorization: Bearer ...`. Store it now: it cannot be shown again.',
      }),
      accessToken: t.expose('accessToken', {
        type: AccessTokenType,
        description: 'What is kept of it.',
      }),
    }),
  });

builder.mutationField('createAccessToken', (t) =>
  t.withAuth({ fresh: true }).field({
    type: CreateAccessTokenSuccess,
    nullable: true,
    description: 'Makes an access token for a program of yours.',
    errors: { types: [InvalidInputError, LimitReachedError] },
    args: {
      input: t.arg({ type: CreateAccessTokenInput, required: true, description: 'The token.' }),
    },
    resolve: async (_root, { input }, context) =>
      createAccessToken(context, validInput(createAccessTokenInput, input)),
  }),
);
