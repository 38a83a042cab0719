import { builder } from '../../graphql/builder.ts';
import { credentials } from '../../graphql/credential-fields.ts';
import { InvalidCredentialsError, InvalidInputError } from '../../graphql/errors.ts';
import { validInput } from '../../graphql/input.ts';
import type { StoredSession } from '../../session/session.ts';
import type { CurrentUser } from '../../users/user.ts';
import { loginInput } from '../credentials-input.ts';
import { holdPassword, verifyCredentials } from '../credentials.ts';
import { logIn } from '../identity.ts';
import { endSurplus } from '../logout.ts';
import { noticeNewDevice } from '../new-device.ts';
import { SessionType } from './session.ts';
import { ViewerType } from './viewer.ts';

const LoginInput = builder.inputType('LoginInput', {
  description: 'What shows who somebody is.',
  fields: (t) => ({
    username: t.string({
      required: true,
      description:
        'The user name, such as `ada.lovelace`, or the confirmed mail address. In any letter case.',
    }),
    password: t.string({ required: true, description: 'Exactly as it was set.' }),
    rememberMe: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Whether the session outlives the browser. If not, it ends when the browser is closed, and after a day at the latest.',
    }),
  }),
});

const LoginSuccess = builder
  .objectRef<{ viewer: CurrentUser; session: StoredSession }>('LoginSuccess')
  .implement({
    description: 'The credentials are right; the answer sets the session cookie.',
    fields: (t) => ({
      viewer: t.expose('viewer', {
        type: ViewerType,
        description: 'Whom the cookie now belongs to.',
      }),
      session: t.expose('session', { type: SessionType, description: 'The new session.' }),
    }),
  });

builder.mutationField('login', (t) =>
  t.field({
    type: LoginSuccess,
    nullable: true,
    isPublic: true,
    description:
      'Logs in: the answer sets a new session cookie. Fields that follow in the same operation are logged in.',
    extensions: credentials,
    errors: { types: [InvalidCredentialsError, InvalidInputError] },
    args: { input: t.arg({ type: LoginInput, required: true, description: 'The credentials.' }) },
    resolve: async (_root, { input }, context) => {
      const { rememberMe, ...credentialsOfUser } = validInput(loginInput, input);
      const viewer = await verifyCredentials(context, credentialsOfUser);
      const session = await logIn(context, viewer, {
        isRemembered: rememberMe,
        within: async (tx) => {
          await holdPassword(tx, viewer);
          await noticeNewDevice(context, tx, viewer);
        },
      });
      context.outbox.wake();
      await endSurplus(context, viewer);
      await context.events.record({ type: 'LOGIN_SUCCEEDED', user: viewer, sessionId: session.id });

      return { viewer, session };
    },
  }),
);
