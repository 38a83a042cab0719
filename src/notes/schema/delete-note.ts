import { builder } from '../../graphql/builder.ts';
import { NotFoundError } from '../../graphql/errors.ts';
import { encodeGlobalId, idWithin } from '../../graphql/global-id.ts';
import { deleteNote } from '../changes.ts';

const DeleteNoteInput = builder.inputType('DeleteNoteInput', {
  description: 'A note that is to go.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id of one of your notes.' }),
  }),
});

const DeleteNoteSuccess = builder.objectRef<{ id: string }>('DeleteNoteSuccess').implement({
  description: 'The note is gone for good.',
  fields: (t) => ({
    deletedNoteId: t.id({
      description: 'The id that the note had, for a client to take it out of its lists.',
      resolve: ({ id }) => encodeGlobalId('Note', id),
    }),
  }),
});

builder.mutationField('deleteNote', (t) =>
  t.withAuth({ authenticated: true }).field({
    type: DeleteNoteSuccess,
    nullable: true,
    description: 'Deletes one of your notes. This cannot be undone.',
    errors: { types: [NotFoundError] },
    args: { input: t.arg({ type: DeleteNoteInput, required: true, description: 'The note.' }) },
    resolve: async (_root, { input }, context) => ({
      id: await deleteNote(context, idWithin('Note', input.id)),
    }),
  }),
);
