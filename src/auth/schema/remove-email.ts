import { builder } from '../../graphql/builder.ts';
import { NotFoundError } from '../../graphql/errors.ts';
import type { CurrentUser } from '../../users/user.ts';
import { removeEmail } from '../email-verification.ts';
import { ViewerType } from './viewer.ts';

const RemoveEmailInput = builder.inputType('RemoveEmailInput', {
  description: 'An address that is to go.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'Your `email`, or your `pendingEmail`.' }),
  }),
});

const RemoveEmailSuccess = builder
  .objectRef<{ viewer: CurrentUser }>('RemoveEmailSuccess')
  .implement({
    description: 'The account has this address no more. If it was confirmed, it is told.',
    fields: (t) => ({
      viewer: t.expose('viewer', { type: ViewerType, description: 'You, as you are now.' }),
    }),
  });

builder.mutationField('removeEmail', (t) =>
  t.withAuth({ fresh: true }).field({
    type: RemoveEmailSuccess,
    nullable: true,
    description:
      'Removes a mail address of yours. Without a confirmed one, a forgotten password cannot be replaced by mail.',
    errors: { types: [NotFoundError] },
    args: {
      input: t.arg({ type: RemoveEmailInput, required: true, description: 'The address.' }),
    },
    resolve: async (_root, { input: { email } }, context) => ({
      viewer: await removeEmail(context, email),
    }),
  }),
);
