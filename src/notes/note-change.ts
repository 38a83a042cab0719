/** What is told of a note when it changes: whose it is and whether everybody may know, and never what it says. */
import type { Change } from '../database/changes.ts';
import type { NoteVisibility } from './note.ts';

/** What becomes of a note in the eyes of whoever listens. */
export type NoteChangeKind = 'appeared' | 'changed' | 'gone';

/** The notes that everybody may see. */
export const PUBLIC_NOTES = 'public notes';

/** All notes of one author. */
export function notesOf(authorId: string): string {
  return `notes:${authorId}`;
}

/**
 * To everybody, a note appears when it becomes public, and goes when it no longer is.
 *
 * @param was who could see it before; null when it was not there
 * @param is who can see it now; null when it is gone
 */
export function changesOfNote(
  { id, authorId }: { readonly id: string; readonly authorId: string },
  was: NoteVisibility | null,
  is: NoteVisibility | null,
): Change[] {
  const forAuthor = kindOf(was !== null, is !== null);
  const forEverybody = kindOf(was === 'PUBLIC', is === 'PUBLIC');

  return [
    ...(forAuthor ? [{ topic: notesOf(authorId), kind: forAuthor, id }] : []),
    ...(forEverybody ? [{ topic: PUBLIC_NOTES, kind: forEverybody, id }] : []),
  ];
}

/** Null for what was not to be seen, and is not. */
function kindOf(wasSeen: boolean, isSeen: boolean): NoteChangeKind | null {
  if (isSeen) {
    return wasSeen ? 'changed' : 'appeared';
  }

  return wasSeen ? 'gone' : null;
}
