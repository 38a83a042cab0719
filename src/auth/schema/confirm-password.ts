import { builder } from '../../graphql/builder.ts';
import { credentials } from '../../graphql/credential-fields.ts';
import { InvalidCredentialsError, InvalidInputError } from '../../graphql/errors.ts';
import { validInput } from '../../graphql/input.ts';
import { confirmPasswordInput } from '../credentials-input.ts';
import { verifyOwnPassword } from '../credentials.ts';
import { confirmLogin } from '../identity.ts';
import { recordForViewer } from '../security-events.ts';
import { AuthenticationType } from './authentication.ts';

const ConfirmPasswordInput = builder.inputType('ConfirmPasswordInput', {
  description: 'What shows that it is still you.',
  fields: (t) => ({
    password: t.string({ required: true, description: 'Your password, exactly as it was set.' }),
  }),
});

const ConfirmPasswordSuccess = builder.objectRef<object>('ConfirmPasswordSuccess').implement({
  description: 'The session is fresh; the answer sets a new cookie for it.',
  fields: (t) => ({
    authentication: t.field({
      type: AuthenticationType,
      description: 'Tells until when the session is fresh.',
      resolve: (confirmed) => confirmed,
    }),
  }),
});

builder.mutationField('confirmPassword', (t) =>
  t.withAuth({ session: true }).field({
    type: ConfirmPasswordSuccess,
    nullable: true,
    description:
      'Makes the session fresh again: the cure for `REAUTHENTICATION_REQUIRED`. The cookie changes with it.',
    extensions: credentials,
    errors: { types: [InvalidCredentialsError, InvalidInputError] },
    args: {
      input: t.arg({ type: ConfirmPasswordInput, required: true, description: 'The password.' }),
    },
    resolve: async (_root, { input }, context) => {
      await verifyOwnPassword(context, validInput(confirmPasswordInput, input).password);
      await confirmLogin(context);
      await recordForViewer(context, 'PASSWORD_CONFIRMED');

      return {};
    },
  }),
);
