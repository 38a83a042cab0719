import { builder } from '../../graphql/builder.ts';
import { InvalidInputError, NotFoundError } from '../../graphql/errors.ts';
import { idWithin } from '../../graphql/global-id.ts';
import { validInput } from '../../graphql/input.ts';
import { UserErrorInterface } from '../../graphql/user-errors.ts';
import { updateNote } from '../changes.ts';
import { ConflictError } from '../conflict-error.ts';
import { updateNoteInput } from '../note-input.ts';
import type { Note } from '../note.ts';
import { NoteType, NoteVisibilityEnum } from './note.ts';

const UpdateNoteInput = builder.inputType('UpdateNoteInput', {
  description: 'Changes of a note. What is not given stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id of one of your notes.' }),
    title: t.string({ description: '1 to 200 characters.' }),
    body: t.string({ description: 'Markdown, up to 100,000 characters.' }),
    visibility: t.field({ type: NoteVisibilityEnum, description: 'Who may read it from now on.' }),
    expectedVersion: t.int({
      description:
        'The `version` that you read. If the note has changed since, nothing is written and you get a `ConflictError`.',
    }),
  }),
});

const UpdateNoteSuccess = builder.objectRef<{ note: Note }>('UpdateNoteSuccess').implement({
  description: 'The changes are stored.',
  fields: (t) => ({
    note: t.expose('note', { type: NoteType, description: 'The note as it is now.' }),
  }),
});

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description: 'The note was changed since you read it. Nothing was written.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    current: t.expose('current', {
      type: NoteType,
      description: 'The note as it is now, to show or to merge with.',
    }),
  }),
});

builder.mutationField('updateNote', (t) =>
  t.withAuth({ authenticated: true }).field({
    type: UpdateNoteSuccess,
    nullable: true,
    description: 'Changes one of your notes.',
    errors: { types: [InvalidInputError, NotFoundError, ConflictError] },
    args: { input: t.arg({ type: UpdateNoteInput, required: true, description: 'The changes.' }) },
    resolve: async (_root, { input }, context) => ({
      note: await updateNote(
        context,
        idWithin('Note', input.id),
        validInput(updateNoteInput, input),
      ),
    }),
  }),
);
