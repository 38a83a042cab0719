/**
 * Who may see and change a note. Ownership stands in the query itself, so that what is not yours is not
 * found: there is no second step that could be forgotten.
 */
import type { FilterQuery } from '@mikro-orm/core';

import { anyOf, type Condition } from '../database/find-rows.ts';
import type { CurrentUser } from '../users/user.ts';
import type { Note } from './note.ts';

export const isPublic: Condition = { text: "visibility = 'PUBLIC'", parameters: [] };

export function isBy(authorId: string): Condition {
  return { text: 'author_id = ?', parameters: [authorId] };
}

/** The author sees all of their notes, everybody else the public ones. */
export function isVisibleTo(user: Pick<CurrentUser, 'id'> | null): Condition {
  return user ? anyOf([isPublic, isBy(user.id)]) : isPublic;
}

/** The author alone changes a note. */
export function changeableBy(user: Pick<CurrentUser, 'id'>): FilterQuery<Note> {
  return { author: user.id };
}
