import { findRows, hasIdOf } from '../database/find-rows.ts';
import { builder } from '../graphql/builder.ts';
import { User, type UserRow } from './user.ts';

const shown = new Set(['username', 'displayName', 'createdAt']);

/** A user as everybody may see them. */
export const UserType = builder.loadableNodeRef('User', {
  id: { resolve: ({ id }: UserRow) => id },
  load: async (ids: string[], { reader }) => findRows<UserRow>(reader, User, hasIdOf(ids), shown),
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
