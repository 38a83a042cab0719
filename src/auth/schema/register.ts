import { builder } from '../../graphql/builder.ts';
import { credentials } from '../../graphql/credential-fields.ts';
import { InvalidInputError, UsernameTakenError } from '../../graphql/errors.ts';
import { validInput } from '../../graphql/input.ts';
import type { CurrentUser } from '../../users/user.ts';
import { createAccount } from '../accounts.ts';
import { registerInput } from '../credentials-input.ts';
import { logIn } from '../identity.ts';
import { requireMail } from '../require-mail.ts';
import { throttleMail } from '../throttle-mail.ts';
import { throttleNetwork } from '../throttle.ts';
import { ViewerType } from './viewer.ts';

const RegisterInput = builder.inputType('RegisterInput', {
  description: 'What an account is made of.',
  fields: (t) => ({
    username: t.string({
      required: true,
      description:
        '3 to 32 of A-Z, a-z, 0-9, dot, hyphen and underscore, such as `ada.lovelace`. Unique, whatever the letter cases.',
    }),
    password: t.string({
      required: true,
      description:
        'A long one; a few random words do well. Common passwords are refused. Kept as an argon2id hash only.',
    }),
    displayName: t.string({
      description: 'The name that others see, up to 50 characters, such as `Ada Lovelace`.',
    }),
    email: t.string({
      description:
        'Your mail address, which nobody else sees. A mail is sent to confirm it: then you can log in with it, and get a new password by mail.',
    }),
  }),
});

const RegisterSuccess = builder.objectRef<{ viewer: CurrentUser }>('RegisterSuccess').implement({
  description: 'The account is made, and its owner is logged in.',
  fields: (t) => ({
    viewer: t.expose('viewer', {
      type: ViewerType,
      description: 'Whom the cookie now belongs to.',
    }),
  }),
});

builder.mutationField('register', (t) =>
  t.field({
    type: RegisterSuccess,
    nullable: true,
    isPublic: true,
    description:
      'Makes an account and logs in: the answer sets the session cookie. Fields that follow in the same operation are logged in.',
    extensions: credentials,
    errors: { types: [InvalidInputError, UsernameTakenError] },
    args: { input: t.arg({ type: RegisterInput, required: true, description: 'The account.' }) },
    resolve: async (_root, { input }, context) => {
      const account = validInput(registerInput(context.passwords.minLength), input);
      context.passwords.makeSureOfRoom();
      if (account.email != null) {
        requireMail(context.outbox);
        await throttleMail(context, account.email);
      }
      await throttleNetwork(context);
      const viewer = await createAccount(context, account);
      const session = await logIn(context, viewer, { isRemembered: false });
      await context.events.record({ type: 'REGISTERED', user: viewer, sessionId: session.id });

      return { viewer };
    },
  }),
);
