import { builder } from '../../graphql/builder.ts';
import { InvalidInputError } from '../../graphql/errors.ts';
import { encodeGlobalId } from '../../graphql/global-id.ts';
import { usernameKey } from '../../users/user.ts';
import { deleteAccount } from '../accounts.ts';
import { logOut } from '../identity.ts';

const DeleteAccountInput = builder.inputType('DeleteAccountInput', {
  description: 'What shows that it is no slip of the hand.',
  fields: (t) => ({
    username: t.string({ required: true, description: 'Your own user name, typed out.' }),
  }),
});

const DeleteAccountSuccess = builder.objectRef<{ id: string }>('DeleteAccountSuccess').implement({
  description: 'The account is gone, and so are its notes.',
  fields: (t) => ({
    deletedUserId: t.id({
      description: 'The id that you had.',
      resolve: ({ id }) => encodeGlobalId('User', id),
    }),
  }),
});

builder.mutationField('deleteAccount', (t) =>
  t.withAuth({ fresh: true }).field({
    type: DeleteAccountSuccess,
    nullable: true,
    description:
      'Deletes your account with everything that belongs to it: all notes, private and public, sessions, access tokens and events. This cannot be undone.',
    errors: { types: [InvalidInputError] },
    args: {
      input: t.arg({ type: DeleteAccountInput, required: true, description: 'The confirmation.' }),
    },
    resolve: async (_root, { input: { username } }, context) => {
      const { id, usernameKey: ownKey } = context.currentUser;
      if (usernameKey(username) !== ownKey) {
        const message = 'This is not your user name. Nothing was deleted.';
        throw new InvalidInputError([{ path: ['username'], message }]);
      }
      await deleteAccount(context);
      await logOut(context);

      return { id };
    },
  }),
);
