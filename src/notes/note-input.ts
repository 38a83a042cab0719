/** What a note may hold. */
import { z } from 'zod';

import { isBlank, lengthOf, text } from '../graphql/input.ts';
import { noteVisibilities } from './note.ts';

const MAX_TITLE_LENGTH = 200;
const MAX_BODY_LENGTH = 100_000;

const title = text('The title').refine(
  (value) => !isBlank(value) && lengthOf(value) <= MAX_TITLE_LENGTH,
  { error: `A title has 1 to ${MAX_TITLE_LENGTH} characters, and not blanks alone.` },
);

const body = text('The body').refine((value) => lengthOf(value) <= MAX_BODY_LENGTH, {
  error: `A body has up to ${MAX_BODY_LENGTH.toLocaleString('en')} characters.`,
});

const visibility = z.enum(noteVisibilities);

export const createNoteInput = z.object({ title, body, visibility });

/** What is not given, or null, stays as it is. */
export const updateNoteInput = z
  .object({
    title: optional(title),
    body: optional(body),
    visibility: optional(visibility),
    expectedVersion: optional(z.int()),
  })
  .refine(
    (changes) => [changes.title, changes.body, changes.visibility].some((it) => it !== undefined),
    { error: 'Give at least one of title, body and visibility.' },
  );

function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}
