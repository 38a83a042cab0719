import { builder } from '../../graphql/builder.ts';
import { credentials } from '../../graphql/credential-fields.ts';
import { InvalidCredentialsError, InvalidInputError } from '../../graphql/errors.ts';
import { validInput } from '../../graphql/input.ts';
import type { CurrentUser } from '../../users/user.ts';
import { changePassword } from '../accounts.ts';
import { changePasswordInput } from '../credentials-input.ts';
import { verifyOwnPassword } from '../credentials.ts';
import { ViewerType } from './viewer.ts';

const ChangePasswordInput = builder.inputType('ChangePasswordInput', {
  description: 'The old password and the new one.',
  fields: (t) => ({
    currentPassword: t.string({ required: true, description: 'Exactly as it was set.' }),
    newPassword: t.string({
      required: true,
      description: 'A long one; a few random words do well. Common passwords are refused.',
    }),
  }),
});

const ChangePasswordSuccess = builder
  .objectRef<{ viewer: CurrentUser }>('ChangePasswordSuccess')
  .implement({
    description: 'The new password holds; the answer sets a new cookie for this session.',
    fields: (t) => ({
      viewer: t.expose('viewer', { type: ViewerType, description: 'Whose password it is.' }),
    }),
  });

builder.mutationField('changePassword', (t) =>
  t.withAuth({ session: true }).field({
    type: ChangePasswordSuccess,
    nullable: true,
    description:
      'Changes your password. Your other sessions end; access tokens go on, until you revoke them.',
    extensions: credentials,
    errors: { types: [InvalidCredentialsError, InvalidInputError] },
    args: {
      input: t.arg({ type: ChangePasswordInput, required: true, description: 'The passwords.' }),
    },
    resolve: async (_root, { input }, context) => {
      const { passwords, currentUser } = context;
      const rules = changePasswordInput(passwords.minLength, currentUser.username);
      const { currentPassword, newPassword } = validInput(rules, input);
      const verified = await verifyOwnPassword(context, currentPassword);

      return { viewer: await changePassword(context, verified, newPassword) };
    },
  }),
);
