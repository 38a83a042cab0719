import type { Context } from '../../context.ts';
import { allOf, findRows, hasIdOf } from '../../database/find-rows.ts';
import { builder } from '../../graphql/builder.ts';
import { refusal } from '../../graphql/errors.ts';
import { loadById } from '../../graphql/load-by-id.ts';
import { loadUser, UserType } from '../../users/schema.ts';
import type { UserRow } from '../../users/user.ts';
import { isVisibleTo } from '../access.ts';
import { Note, type NoteRow, type NoteVisibility } from '../note.ts';

const visibilities = {
  PRIVATE: { description: 'For its author alone. To everybody else it does not exist.' },
  PUBLIC: { description: 'For everybody, logged in or not.' },
} satisfies Record<NoteVisibility, object>;

export const NoteVisibilityEnum = builder.enumType('NoteVisibility', {
  description: 'Who may read a note.',
  values: visibilities,
});

/** @throws {GraphQLError} SERVICE_UNAVAILABLE when the account, and so the note, was deleted after the note was read */
async function loadAuthor(id: string, context: Context): Promise<UserRow> {
  const author = await loadUser(id, context);
  if (!author) {
    throw refusal(
      'SERVICE_UNAVAILABLE',
      'The account of the author was deleted at this moment. Send the operation again.',
    );
  }

  return author;
}

/** All that there is to read of a note. */
export const noteProperties: ReadonlySet<string> = new Set([
  'title',
  'body',
  'visibility',
  'author',
  'version',
  'createdAt',
  'updatedAt',
]);

export const NoteType = builder.objectRef<NoteRow>('Note');

builder.node(NoteType, {
  id: { resolve: ({ id }) => id },
  loadWithoutCache: loadById(async (ids, { reader, currentUser }) =>
    findRows<NoteRow>(
      reader,
      Note,
      allOf([hasIdOf(ids), isVisibleTo(currentUser)]),
      noteProperties,
    ),
  ),
  description: 'A text in Markdown that belongs to its author.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'One line, up to 200 characters.' }),
    body: t.exposeString('body', {
      description: 'Markdown, up to 100,000 characters; may be empty.',
    }),
    visibility: t.expose('visibility', {
      type: NoteVisibilityEnum,
      description: 'Who may read it.',
    }),
    author: t.field({
      type: UserType,
      description: 'Who wrote it.',
      resolve: async ({ author }, _args, context) =>
        loadAuthor(typeof author === 'string' ? author : author.id, context),
    }),
    version: t.exposeInt('version', {
      description: 'Grows by one with every change. Give it as `expectedVersion` of `updateNote`.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});

export const NoteEdge = builder.edgeObject({
  name: 'NoteEdge',
  description: 'A note and its place in a list.',
  type: NoteType,
});

export const NoteConnection = builder.connectionObject(
  { name: 'NoteConnection', description: 'A page of notes, newest first.', type: NoteType },
  NoteEdge,
);
