import { defineEntity, p } from '@mikro-orm/core';
import { v7 as uuidv7 } from 'uuid';

import type { Moment } from '../database/moment.ts';
import { User } from '../users/user.ts';

export const noteVisibilities = ['PRIVATE', 'PUBLIC'] as const;

export type NoteVisibility = (typeof noteVisibilities)[number];

/** What an author writes. */
export interface NoteContent {
  readonly title: string;
  readonly body: string;
  readonly visibility: NoteVisibility;
}

/** What is undefined stays. */
export type NoteChanges = { readonly [Key in keyof NoteContent]?: NoteContent[Key] | undefined };

const NoteSchema = defineEntity({
  name: 'Note',
  tableName: 'note',
  indexes: [
    { name: 'note_author_id_id_index', properties: ['author', 'id'] },
    { name: 'note_author_id_visibility_id_index', properties: ['author', 'visibility', 'id'] },
    { name: 'note_visibility_id_index', properties: ['visibility', 'id'] },
  ],
  properties: {
    /** UUIDv7: in the order of creation, so that the id alone is the key of every page. */
    id: p
      .uuid()
      .primary()
      .onCreate(() => uuidv7()),
    author: () => p.manyToOne(User).deleteRule('cascade').index(false),
    title: p.string().length(200),
    body: p.text(),
    visibility: p.string().length(7).$type<NoteVisibility>(),
    /** Starts at 1 and grows by one with every change. */
    version: p.integer(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** A note as it is read for an answer: with those of its columns that the operation asks for. */
export interface NoteRow extends NoteContent {
  readonly id: string;
  /** Of a plain row, the id. */
  readonly author: string | { readonly id: string };
  readonly version: number;
  readonly createdAt: Moment;
  readonly updatedAt: Moment;
}

/** A text in Markdown that belongs to its author. */
export class Note extends NoteSchema.class {
  edit({ title, body, visibility }: NoteChanges, now: Date): void {
    this.title = title ?? this.title;
    this.body = body ?? this.body;
    this.visibility = visibility ?? this.visibility;
    this.version += 1;
    this.updatedAt = now;
  }
}

NoteSchema.setClass(Note);

/** A note as it is stored first, without an entity. */
export function newNote(author: string, content: NoteContent, now: Date) {
  return {
    id: uuidv7(),
    author,
    ...content,
    version: 1,
    createdAt: now,
    updatedAt: now,
  } satisfies NoteRow;
}
