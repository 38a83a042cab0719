import { builder } from '../../graphql/builder.ts';
import { InvalidTokenError } from '../../graphql/errors.ts';
import { currentUserOf, type CurrentUser } from '../../users/user.ts';
import { verifyEmail } from '../email-verification.ts';
import { ViewerType } from './viewer.ts';

const VerifyEmailInput = builder.inputType('VerifyEmailInput', {
  description: 'What shows that somebody reads the mail of an address.',
  fields: (t) => ({
    token: t.string({ required: true, description: 'The token in the link of the mail.' }),
  }),
});

const VerifyEmailSuccess = builder
  .objectRef<{ user: CurrentUser }>('VerifyEmailSuccess')
  .implement({
    description: 'The address is confirmed. Nobody is logged in by it.',
    fields: (t) => ({
      viewer: t.field({
        type: ViewerType,
        nullable: true,
        description:
          'You, if it is your address; null when you are not logged in, or somebody else.',
        resolve: ({ user }, _args, { currentUser }) =>
          currentUser?.id === user.id ? currentUser : null,
      }),
    }),
  });

builder.mutationField('verifyEmail', (t) =>
  t.field({
    type: VerifyEmailSuccess,
    nullable: true,
    isPublic: true,
    description:
      'Confirms a mail address: from now on its owner can log in with it, and get a new password by mail. The old address is told.',
    errors: { types: [InvalidTokenError] },
    args: {
      input: t.arg({ type: VerifyEmailInput, required: true, description: 'The token.' }),
    },
    resolve: async (_root, { input: { token } }, context) => {
      const user = await verifyEmail(context, token);
      if (context.currentUser?.id === user.id) {
        context.currentUser = currentUserOf(user);
      }

      return { user };
    },
  }),
);
