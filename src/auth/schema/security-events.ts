import { builder } from '../../graphql/builder.ts';
import { resolvePage } from '../../graphql/page.ts';
import { deviceOf } from '../../session/device.ts';
import { SecurityEvent, type StoredEventType } from '../security-event.ts';
import { ViewerType } from './viewer.ts';

const types = {
  ACCESS_TOKEN_CREATED: { description: 'An access token was made.' },
  ACCESS_TOKEN_REVOKED: { description: 'An access token was revoked.' },
  ACCOUNT_DISABLED: { description: 'An operator disabled the account.' },
  ACCOUNT_ENABLED: { description: 'An operator enabled the account again.' },
  EMAIL_CHANGED: { description: 'The mail address was confirmed, changed or removed.' },
  EMAIL_CHANGE_REQUESTED: { description: 'Another mail address was given, to be confirmed.' },
  LOGGED_OUT: { description: 'A session was ended by its own logout.' },
  LOGIN_FAILED: { description: 'Somebody gave a wrong password for the account.' },
  LOGIN_SUCCEEDED: { description: 'Somebody logged in with the right password.' },
  PASSWORD_CHANGED: { description: 'The password was changed.' },
  PASSWORD_CONFIRMED: { description: 'The password was given again in a session.' },
  PASSWORD_RESET: { description: 'The password was set anew by a link in a mail.' },
  REGISTERED: { description: 'The account was made.' },
  SESSION_ENDED: { description: 'A session was ended from another one, or by an operator.' },
  SESSION_PROTECTED: {
    description:
      'The cookie of a session turned up in another kind of browser. The session is no longer fresh.',
  },
} satisfies Record<StoredEventType, object>;

const SecurityEventTypeEnum = builder.enumType('SecurityEventType', {
  description: 'What has happened to an account.',
  values: types,
});

const SecurityEventRef = builder.objectRef<SecurityEvent>('SecurityEvent').implement({
  description: 'Something that has happened to your account.',
  fields: (t) => ({
    type: t.expose('type', { type: SecurityEventTypeEnum, description: 'What has happened.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it happened.' }),
    ipAddress: t.exposeString('ipAddress', {
      nullable: true,
      description: 'Where the request came from; null when nobody knows.',
    }),
    device: t.string({
      nullable: true,
      description: 'What it came with, such as `Firefox on Linux`; null when that cannot be told.',
      resolve: ({ userAgent }) => deviceOf(userAgent),
    }),
  }),
});

const SecurityEventConnection = builder.connectionObject(
  {
    name: 'SecurityEventConnection',
    description: 'A page of security events, newest first.',
    type: SecurityEventRef,
  },
  { name: 'SecurityEventEdge', description: 'A security event and its place in a list.' },
);

builder.objectField(ViewerType, 'securityEvents', (t) =>
  t.connection(
    {
      authScopes: { session: true },
      nullable: true,
      type: SecurityEventRef,
      description: 'What has happened to your account, newest first. Look for what was not you.',
      resolve: async ({ id }, args, { em }) =>
        resolvePage(args, async ({ where, ...options }) =>
          em.find(SecurityEvent, { $and: [{ user: id }, where] }, options),
        ),
    },
    SecurityEventConnection,
  ),
);
