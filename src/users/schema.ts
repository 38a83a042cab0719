import { builder } from '../graphql/builder.ts';
import { User } from './user.ts';

/** A user as everybody may see them. */
export const UserType = builder.loadableNodeRef('User', {
  id: { resolve: ({ id }: User) => id },
  load: async (ids: string[], { em }) => em.find(User, { id: { $in: ids } }),
  toKey: ({ id }) => id,
  sort: true,
});

UserType.implement({
  description: 'What everybody may know of a person with an account.',
  fields: (t) => ({
    username: t.exposeString('username', { description: 'Unique, whatever the letter cases.' }),
    displayName: t.exposeString('displayName', {
      nullable: true,
      description: 'The name they go by; null when they gave none.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the account was made.',
    }),
  }),
});
