import { builder } from '../../graphql/builder.ts';
import { encodeGlobalId } from '../../graphql/global-id.ts';
import { UserType } from '../../users/schema.ts';
import type { CurrentUser } from '../../users/user.ts';

/** The logged-in person. Another user's sessions or private notes cannot be reached through any path. */
export const ViewerType = builder.objectRef<CurrentUser>('Viewer').implement({
  description:
    'The logged-in person, with what only they may see. Nobody else can be reached as a `Viewer`.',
  fields: (t) => ({
    id: t.id({
      description: 'The id of their `user`.',
      resolve: ({ id }) => encodeGlobalId('User', id),
    }),
    username: t.exposeString('username', { description: 'The name they log in with.' }),
    displayName: t.exposeString('displayName', {
      nullable: true,
      description: 'The name that others see; null when they gave none.',
    }),
    user: t.field({
      type: UserType,
      description: 'Themselves as others see them.',
      resolve: (viewer) => viewer,
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    nullable: true,
    isPublic: true,
    description:
      'The logged-in person. Null is the answer to "am I logged in?", and not an error: `mutation { login(...) }` changes it.',
    resolve: (_root, _args, { currentUser }) => currentUser,
  }),
);
