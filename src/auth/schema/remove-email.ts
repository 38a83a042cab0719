import { builder } from '../../graphql/builder.ts';
import type { User } from '../../users/user.ts';
import { removeEmail } from '../email-verification.ts';
import { ViewerType } from './viewer.ts';

const RemoveEmailPayload = builder.objectRef<{ viewer: User }>('RemoveEmailPayload').implement({
  description: 'The account has no mail address any more. The one it had is told.',
  fields: (t) => ({
    viewer: t.expose('viewer', { type: ViewerType, description: 'You, as you are now.' }),
  }),
});

builder.mutationField('removeEmail', (t) =>
  t.withAuth({ fresh: true }).field({
    type: RemoveEmailPayload,
    nullable: true,
    description:
      'Removes your mail address, and one that waits to be confirmed. A forgotten password cannot be replaced by mail then.',
    resolve: async (_root, _args, context) => ({ viewer: await removeEmail(context) }),
  }),
);
