import { z } from 'zod';

import { builder } from '../../graphql/builder.ts';
import { InvalidInputError } from '../../graphql/errors.ts';
import { validInput } from '../../graphql/input.ts';
import { emailAddress } from '../email-address.ts';
import { requestPasswordReset } from '../password-reset.ts';

const RequestPasswordResetInput = builder.inputType('RequestPasswordResetInput', {
  description: 'Whose password is forgotten.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'The confirmed address of the account.' }),
  }),
});

const RequestPasswordResetSuccess = builder
  .objectRef<object>('RequestPasswordResetSuccess')
  .implement({
    description: 'If the address is that of an account, a mail is on its way.',
    fields: (t) => ({
      isAccepted: t.boolean({
        description: 'Always true: whether there is such an account, the mail alone tells.',
        resolve: () => true,
      }),
    }),
  });

builder.mutationField('requestPasswordReset', (t) =>
  t.field({
    type: RequestPasswordResetSuccess,
    nullable: true,
    isPublic: true,
    description:
      'Asks for a mail with a link to choose a new password. The answer is the same whether or not there is such an account.',
    errors: { types: [InvalidInputError] },
    args: {
      input: t.arg({
        type: RequestPasswordResetInput,
        required: true,
        description: 'The address.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { email } = validInput(z.object({ email: emailAddress }), input);
      await requestPasswordReset(context, email);

      return {};
    },
  }),
);
