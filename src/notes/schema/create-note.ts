import { builder } from '../../graphql/builder.ts';
import { InvalidInputError, LimitReachedError } from '../../graphql/errors.ts';
import { validInput } from '../../graphql/input.ts';
import { edgeOf } from '../../graphql/page.ts';
import { createNote } from '../changes.ts';
import { createNoteInput } from '../note-input.ts';
import type { NoteRow } from '../note.ts';
import { NoteEdge, NoteType, NoteVisibilityEnum } from './note.ts';

const CreateNoteInput = builder.inputType('CreateNoteInput', {
  description: 'A new note.',
  fields: (t) => ({
    title: t.string({ required: true, description: '1 to 200 characters, such as `Shopping`.' }),
    body: t.string({
      required: true,
      defaultValue: '',
      description: 'Markdown, up to 100,000 characters, such as `- milk`.',
    }),
    visibility: t.field({
      type: NoteVisibilityEnum,
      required: true,
      defaultValue: 'PRIVATE',
      description: 'Who may read it: you alone, unless you say `PUBLIC`.',
    }),
  }),
});

const CreateNoteSuccess = builder.objectRef<{ note: NoteRow }>('CreateNoteSuccess').implement({
  description: 'The note is stored.',
  fields: (t) => ({
    note: t.expose('note', { type: NoteType, description: 'The new note.' }),
    noteEdge: t.field({
      type: NoteEdge,
      description: 'The new note as it stands at the head of a list, for a client to put it there.',
      resolve: ({ note }) => edgeOf(note),
    }),
  }),
});

builder.mutationField('createNote', (t) =>
  t.withAuth({ authenticated: true }).field({
    type: CreateNoteSuccess,
    nullable: true,
    description: 'Writes a note. It is private unless you say otherwise.',
    errors: { types: [InvalidInputError, LimitReachedError] },
    args: { input: t.arg({ type: CreateNoteInput, required: true, description: 'The note.' }) },
    resolve: async (_root, { input }, context) => ({
      note: await createNote(context, validInput(createNoteInput, input)),
    }),
  }),
);
