import { findRows, hasIdOf } from '../database/find-rows.ts';
import { builder } from '../graphql/builder.ts';
import { loadById } from '../graphql/load-by-id.ts';
import { User, type UserRow } from './user.ts';

const shown = new Set(['username', 'displayName', 'createdAt']);

export const loadUser = loadById<UserRow>(async (ids, { reader }) =>
  findRows<UserRow>(reader, User, hasIdOf(ids), shown),
);

/** A user as everybody may see them. */
export const UserType = builder.objectRef<UserRow>('User');

builder.node(UserType, {
  id: { resolve: ({ id }) => id },
  loadWithoutCache: loadUser,
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
