import { z } from 'zod';

import { builder } from '../../graphql/builder.ts';
import { InvalidInputError } from '../../graphql/errors.ts';
import { validInput } from '../../graphql/input.ts';
import type { CurrentUser } from '../../users/user.ts';
import { emailAddress } from '../email-address.ts';
import { requestEmailChange } from '../email-verification.ts';
import { ViewerType } from './viewer.ts';

const RequestEmailChangeInput = builder.inputType('RequestEmailChangeInput', {
  description: 'A new address.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'Such as `ada@example.com`.' }),
  }),
});

const RequestEmailChangeSuccess = builder
  .objectRef<{ viewer: CurrentUser }>('RequestEmailChangeSuccess')
  .implement({
    description: 'A mail is on its way to the new address, with a link that confirms it.',
    fields: (t) => ({
      viewer: t.expose('viewer', { type: ViewerType, description: 'Whose address it is to be.' }),
    }),
  });

builder.mutationField('requestEmailChange', (t) =>
  t.withAuth({ fresh: true }).field({
    type: RequestEmailChangeSuccess,
    nullable: true,
    description:
      'Sets or changes your mail address. It holds once the link in the mail is opened and confirmed; until then the old one stays, and is told.',
    errors: { types: [InvalidInputError] },
    args: {
      input: t.arg({
        type: RequestEmailChangeInput,
        required: true,
        description: 'The address.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { email } = validInput(z.object({ email: emailAddress }), input);

      return { viewer: await requestEmailChange(context, email) };
    },
  }),
);
