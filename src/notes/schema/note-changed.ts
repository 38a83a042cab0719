import type { Context } from '../../context.ts';
import { queueChanges } from '../../database/change-queue.ts';
import type { Change } from '../../database/changes.ts';
import { allOf, findRows, hasIdOf, type Condition } from '../../database/find-rows.ts';
import { builder } from '../../graphql/builder.ts';
import { encodeGlobalId } from '../../graphql/global-id.ts';
import { DELETED_ACCOUNTS } from '../../session/account-change.ts';
import { isBy, isPublic } from '../access.ts';
import { notesOf, PUBLIC_NOTES } from '../note-change.ts';
import { Note, type NoteRow } from '../note.ts';
import { noteProperties, NoteType } from './note.ts';

const NoteSaved = builder.objectRef<{ note: NoteRow; isNew: boolean }>('NoteSaved').implement({
  description: 'A note is there, or is there in another form.',
  fields: (t) => ({
    note: t.expose('note', { type: NoteType, description: 'The note as it is now.' }),
    isNew: t.exposeBoolean('isNew', {
      description: 'Whether it was not among these notes before: it was written, or made public.',
    }),
  }),
});

const NoteDeleted = builder.objectRef<{ noteId: string }>('NoteDeleted').implement({
  description: 'A note is no longer among these notes: it was deleted, or is no longer public.',
  fields: (t) => ({
    deletedNoteId: t.id({
      description: 'The id of the note. You may be told of one that you have never seen.',
      resolve: ({ noteId }) => encodeGlobalId('Note', noteId),
    }),
  }),
});

const AuthorDeleted = builder.objectRef<{ authorId: string }>('AuthorDeleted').implement({
  description: 'An account is gone, and all of its notes with it.',
  fields: (t) => ({
    deletedAuthorId: t.id({
      description: 'The id of the `author` whose notes are gone, if there were any.',
      resolve: ({ authorId }) => encodeGlobalId('User', authorId),
    }),
  }),
});

type SavedOrDeleted = { note: NoteRow; isNew: boolean } | { noteId: string };

const NoteChange = builder.unionType('NoteChange', {
  description: 'What has become of one of your notes.',
  types: [NoteSaved, NoteDeleted],
  resolveType: typeNameOf,
});

const PublicNoteChange = builder.unionType('PublicNoteChange', {
  description: 'What has become of the notes that everybody may read.',
  types: [NoteSaved, NoteDeleted, AuthorDeleted],
  resolveType: typeNameOf,
});

builder.subscriptionField('noteChanged', (t) =>
  t.withAuth({ authenticated: true }).field({
    type: NoteChange,
    description:
      'Your own notes as they change, on whatever device. Ends with `SESSION_ENDED`, `SESSION_EXPIRED` or `ACCOUNT_DISABLED` as soon as the login does.',
    subscribe: async (_root, _args, { changes, currentUser, signal }) =>
      queueChanges(changes, [notesOf(currentUser.id)], signal),
    resolve: async (change, _args, context) =>
      savedOrDeleted(change, context, isBy(context.currentUser.id)),
  }),
);

builder.subscriptionField('publicNoteChanged', (t) =>
  t.field({
    type: PublicNoteChange,
    isPublic: true,
    description: 'The public notes of everybody as they change, come and go.',
    subscribe: async (_root, _args, { changes, signal }) =>
      queueChanges(changes, [PUBLIC_NOTES, DELETED_ACCOUNTS], signal),
    resolve: async (change, _args, context) =>
      change.topic === DELETED_ACCOUNTS
        ? { authorId: change.id }
        : savedOrDeleted(change, context, isPublic),
  }),
);

/**
 * Read as it is now, which may be later than the change: what is no longer to be seen is gone, and a change
 * that says so is under way.
 */
async function savedOrDeleted(
  { id, kind }: Change,
  context: Context,
  isTheirs: Condition,
): Promise<SavedOrDeleted> {
  const condition = allOf([hasIdOf([id]), isTheirs]);
  const [note] =
    kind === 'gone' ? [] : await findRows<NoteRow>(context.reader, Note, condition, noteProperties);

  return note ? { note, isNew: kind === 'appeared' } : { noteId: id };
}

function typeNameOf(change: object): string {
  if ('note' in change) {
    return 'NoteSaved';
  }

  return 'noteId' in change ? 'NoteDeleted' : 'AuthorDeleted';
}
