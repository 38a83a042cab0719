import { builder } from '../../graphql/builder.ts';
import { NotFoundError } from '../../graphql/errors.ts';
import type { CurrentUser } from '../../users/user.ts';
import { resendEmailVerification } from '../email-verification.ts';
import { ViewerType } from './viewer.ts';

const ResendEmailVerificationInput = builder.inputType('ResendEmailVerificationInput', {
  description: 'The address that a mail is missing at.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'Your `pendingEmail`.' }),
  }),
});

const ResendEmailVerificationSuccess = builder
  .objectRef<{ viewer: CurrentUser }>('ResendEmailVerificationSuccess')
  .implement({
    description: 'Another mail is on its way. The link of the one before works no more.',
    fields: (t) => ({
      viewer: t.expose('viewer', {
        type: ViewerType,
        description: 'Whose address waits to be confirmed.',
      }),
    }),
  });

builder.mutationField('resendEmailVerification', (t) =>
  t.withAuth({ session: true }).field({
    type: ResendEmailVerificationSuccess,
    nullable: true,
    description: 'Sends the mail that confirms an address again.',
    errors: { types: [NotFoundError] },
    args: {
      input: t.arg({
        type: ResendEmailVerificationInput,
        required: true,
        description: 'The address.',
      }),
    },
    resolve: async (_root, { input: { email } }, context) => ({
      viewer: await resendEmailVerification(context, email),
    }),
  }),
);
