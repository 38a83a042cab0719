/**
 * Who may see and change a note. Ownership stands in the query itself, so that what is not yours is not
 * found: there is no second step that could be forgotten.
 */
import type { FilterQuery } from '@mikro-orm/core';

import type { User } from '../users/user.ts';
import type { Note } from './note.ts';

/** The author sees all of their notes, everybody else the public ones. */
export function visibleTo(user: User | null): FilterQuery<Note> {
  const isPublic: FilterQuery<Note> = { visibility: 'PUBLIC' };

  return user ? { $or: [isPublic, { author: user.id }] } : isPublic;
}

/** The author alone changes a note. */
export function changeableBy(user: User): FilterQuery<Note> {
  return { author: user.id };
}
