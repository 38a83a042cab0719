import { z } from 'zod';

import { isBlank, lengthOf, text } from '../graphql/input.ts';

const MAX_NAME_LENGTH = 100;
const MAX_DAYS = 365;

const name = text('The name').refine(
  (value) => !isBlank(value) && lengthOf(value) <= MAX_NAME_LENGTH,
  { error: `A name has 1 to ${MAX_NAME_LENGTH} characters, and not blanks alone.` },
);

const expiresInDays = z.int().refine((days) => days >= 1 && days <= MAX_DAYS, {
  error: `A token works for 1 to ${MAX_DAYS} days.`,
});

/** What an access token may be. */
export const createAccessTokenInput = z.object({
  name,
  scope: z.enum(['READ', 'WRITE']),
  expiresInDays,
});
