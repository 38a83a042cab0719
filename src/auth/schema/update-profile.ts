import { builder } from '../../graphql/builder.ts';
import { InvalidInputError } from '../../graphql/errors.ts';
import { validInput } from '../../graphql/input.ts';
import type { CurrentUser } from '../../users/user.ts';
import { updateProfile } from '../accounts.ts';
import { updateProfileInput } from '../credentials-input.ts';
import { ViewerType } from './viewer.ts';

const UpdateProfileInput = builder.inputType('UpdateProfileInput', {
  description: 'What others see of you.',
  fields: (t) => ({
    displayName: t.string({
      description: 'Up to 50 characters, such as `Ada Lovelace`; null, or nothing, for none.',
    }),
  }),
});

const UpdateProfileSuccess = builder
  .objectRef<{ viewer: CurrentUser }>('UpdateProfileSuccess')
  .implement({
    description: 'Others see you so from now on.',
    fields: (t) => ({
      viewer: t.expose('viewer', { type: ViewerType, description: 'You, as you are now.' }),
    }),
  });

builder.mutationField('updateProfile', (t) =>
  t.withAuth({ session: true }).field({
    type: UpdateProfileSuccess,
    nullable: true,
    description: 'Changes how others see you.',
    errors: { types: [InvalidInputError] },
    args: {
      input: t.arg({ type: UpdateProfileInput, required: true, description: 'The profile.' }),
    },
    resolve: async (_root, { input: { displayName = null } }, context) => ({
      viewer: await updateProfile(context, validInput(updateProfileInput, { displayName })),
    }),
  }),
);
