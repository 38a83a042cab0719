/** What an author does with notes. Nobody else gets past the queries here. */
import { LockMode } from '@mikro-orm/core';

import type { AuthenticatedContext } from '../context.ts';
import { NotFoundError } from '../graphql/errors.ts';
import { changeableBy } from './access.ts';
import { ConflictError } from './conflict-error.ts';
import { Note, type NoteChanges, type NoteContent } from './note.ts';

/** @throws {LimitReachedError} */
export async function createNote(
  { em, currentUser, clock, noteQuota }: AuthenticatedContext,
  content: NoteContent,
): Promise<Note> {
  await noteQuota.take(currentUser.id, async () => em.count(Note, { author: currentUser.id }));
  const now = clock();
  const note = em.create(Note, {
    ...content,
    author: currentUser,
    version: 1,
    createdAt: now,
    updatedAt: now,
  });
  await em.flush();

  return note;
}

/**
 * @param id null for what is the id of no note
 * @throws {NotFoundError} also for somebody else's note
 * @throws {ConflictError} when the note is not at the expected version
 */
export async function updateNote(
  { em, currentUser, clock }: AuthenticatedContext,
  id: string | null,
  { expectedVersion, ...changes }: NoteChanges & { readonly expectedVersion?: number | undefined },
): Promise<Note> {
  return em.transactional(async (tx) => {
    const note = await tx.findOne(
      Note,
      { $and: [{ id }, changeableBy(currentUser)] },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    if (!note) {
      throw noSuchNote();
    }
    if (expectedVersion !== undefined && expectedVersion !== note.version) {
      throw new ConflictError(note);
    }
    note.edit(changes, clock());

    return note;
  });
}

/**
 * @returns the id of the note that is gone
 * @throws {NotFoundError} also for somebody else's note
 */
export async function deleteNote(
  { em, currentUser }: AuthenticatedContext,
  id: string | null,
): Promise<string> {
  const deleted = await em.nativeDelete(Note, { $and: [{ id }, changeableBy(currentUser)] });
  if (id === null || deleted === 0) {
    throw noSuchNote();
  }

  return id;
}

function noSuchNote(): NotFoundError {
  return new NotFoundError('You have no such note.');
}
