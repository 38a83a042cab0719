import { builder } from '../../graphql/builder.ts';
import { ViewerType } from './viewer.ts';

builder.objectField(ViewerType, 'email', (t) =>
  t.string({
    authScopes: { session: true },
    nullable: true,
    description: 'Your confirmed mail address, which nobody else sees; null when there is none.',
    resolve: ({ email }) => email,
  }),
);

builder.objectField(ViewerType, 'pendingEmail', (t) =>
  t.string({
    authScopes: { session: true },
    nullable: true,
    description:
      'The address that waits to be confirmed, and is good for nothing until then; null when there is none.',
    resolve: ({ pendingEmail }) => pendingEmail,
  }),
);
