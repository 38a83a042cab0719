import { wrap, type EntityDTO } from '@mikro-orm/core';

import { encodeGlobalId } from '../../src/graphql/global-id.ts';
import { Note, type NoteContent } from '../../src/notes/note.ts';
import { User } from '../../src/users/user.ts';
import type { TestApp } from './app.ts';

/**
 * Stores notes without going through the API, in the order given.
 *
 * @returns their global ids
 */
export async function storeNotes(
  { orm, clock }: TestApp,
  author: User,
  contents: readonly Partial<NoteContent>[],
): Promise<string[]> {
  const em = orm.em.fork();
  const notes = contents.map((content) =>
    em.create(Note, {
      title: 'Untitled',
      body: '',
      visibility: 'PRIVATE',
      ...content,
      author: em.getReference(User, author.id),
      version: 1,
      createdAt: clock(),
      updatedAt: clock(),
    }),
  );
  await em.flush();

  return notes.map(({ id }) => encodeGlobalId('Note', id));
}

/** As `storeNotes`, for one. */
export async function storeNote(
  app: TestApp,
  author: User,
  content: Partial<NoteContent> = {},
): Promise<string> {
  const [id = ''] = await storeNotes(app, author, [content]);

  return id;
}

/** The rows of all notes, oldest first. */
export async function storedNotes({ orm }: TestApp): Promise<EntityDTO<Note>[]> {
  const notes = await orm.em.fork().find(Note, {}, { orderBy: { id: 'asc' } });

  return notes.map((note) => wrap(note).toObject());
}
