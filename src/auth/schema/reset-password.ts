import { builder } from '../../graphql/builder.ts';
import { credentials } from '../../graphql/credential-fields.ts';
import { InvalidInputError, InvalidTokenError } from '../../graphql/errors.ts';
import type { User } from '../../users/user.ts';
import { logOut } from '../identity.ts';
import { resetPassword } from '../password-reset.ts';

const ResetPasswordInput = builder.inputType('ResetPasswordInput', {
  description: 'What shows whose account it is, and the new password.',
  fields: (t) => ({
    token: t.string({ required: true, description: 'The token in the link of the mail.' }),
    newPassword: t.string({
      required: true,
      description: 'A long one; a few random words do well. Common passwords are refused.',
    }),
  }),
});

const ResetPasswordSuccess = builder.objectRef<User>('ResetPasswordSuccess').implement({
  description: 'The new password holds. Nobody is logged in: call the mutation login.',
  fields: (t) => ({
    username: t.exposeString('username', { description: 'The name to log in with.' }),
  }),
});

builder.mutationField('resetPassword', (t) =>
  t.field({
    type: ResetPasswordSuccess,
    nullable: true,
    isPublic: true,
    description:
      'Sets a new password with the token of a mail. All sessions and access tokens of the account end, this one included.',
    extensions: credentials,
    errors: { types: [InvalidTokenError, InvalidInputError] },
    args: {
      input: t.arg({
        type: ResetPasswordInput,
        required: true,
        description: 'The token and the password.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const user = await resetPassword(context, input);
      if (context.currentUser?.id === user.id) {
        await logOut(context);
      }

      return user;
    },
  }),
);
