/**
 * What an author does with notes. Nobody else gets past the queries here. Who listens is told within the same
 * transaction: of a change that is stored, and of no other.
 */
import { LockMode } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sqlite';

import type { AuthenticatedContext } from '../context.ts';
import { insertRow } from '../database/insert-row.ts';
import { isForeignKeyViolation } from '../database/storage-fault.ts';
import { transact } from '../database/transact.ts';
import { NotFoundError } from '../graphql/errors.ts';
import { refusalOfAnonymous } from '../graphql/scopes.ts';
import type { CurrentUser } from '../users/user.ts';
import { changeableBy } from './access.ts';
import { ConflictError } from './conflict-error.ts';
import { changesOfNote } from './note-change.ts';
import { newNote, Note, type NoteChanges, type NoteContent, type NoteRow } from './note.ts';

/**
 * @throws {LimitReachedError}
 * @throws {GraphQLError} SESSION_ENDED when the account was deleted meanwhile
 */
export async function createNote(
  { em, changes, currentUser, clock, signal, noteQuota }: AuthenticatedContext,
  content: NoteContent,
): Promise<NoteRow> {
  await noteQuota.take(currentUser.id, async () => em.count(Note, { author: currentUser.id }));
  const note = newNote(currentUser.id, content, clock());
  try {
    await transact(em, async (tx) => {
      await insertRow({ em: tx, signal }, Note, note);
      const place = { id: note.id, authorId: note.author };
      await changes.publish(tx, ...changesOfNote(place, null, note.visibility));
    });
  } catch (error) {
    throw isForeignKeyViolation(error) ? refusalOfAnonymous('SESSION_ENDED') : error;
  }

  return note;
}

/**
 * @param id null for what is the id of no note
 * @throws {NotFoundError} also for somebody else's note
 * @throws {ConflictError} when the note is not at the expected version
 */
export async function updateNote(
  { em, changes, currentUser, clock }: AuthenticatedContext,
  id: string | null,
  { expectedVersion, ...content }: NoteChanges & { readonly expectedVersion?: number | undefined },
): Promise<Note> {
  return transact(em, async (tx) => {
    const note = await findToChange(tx, currentUser, id);
    if (expectedVersion !== undefined && expectedVersion !== note.version) {
      throw new ConflictError(note);
    }
    const was = note.visibility;
    note.edit(content, clock());
    await tx.flush();
    await changes.publish(tx, ...changesOfNote(placeOf(note), was, note.visibility));

    return note;
  });
}

/**
 * @returns the id of the note that is gone
 * @throws {NotFoundError} also for somebody else's note
 */
export async function deleteNote(
  { em, changes, currentUser }: AuthenticatedContext,
  id: string | null,
): Promise<string> {
  return transact(em, async (tx) => {
    const note = await findToChange(tx, currentUser, id);
    await tx.remove(note).flush();
    await changes.publish(tx, ...changesOfNote(placeOf(note), note.visibility, null));

    return note.id;
  });
}

function placeOf({ id, author }: Note): { id: string; authorId: string } {
  return { id, authorId: author.id };
}

/** Nobody else changes the note until the transaction is over. */
async function findToChange(
  tx: SqlEntityManager,
  user: CurrentUser,
  id: string | null,
): Promise<Note> {
  const note = await tx.findOne(
    Note,
    { $and: [{ id }, changeableBy(user)] },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  if (!note) {
    throw new NotFoundError('You have no such note.');
  }

  return note;
}
