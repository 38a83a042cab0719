import { z } from 'zod';

import { InvalidInputError } from './errors.ts';

/**
 * Checks what GraphQL's types cannot say. Called by the resolver, so that nobody learns what is wrong with
 * an input before the gate has let them in.
 *
 * @throws {InvalidInputError} with every issue at once, and none of the values
 */
export function validInput<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const result = schema.safeParse(input);
  if (result.success) {
    return result.data;
  }

  throw new InvalidInputError(
    result.error.issues.map(({ path, message }) => ({ path: path.map(String), message })),
  );
}

/** Text that can be stored and given back as it is: no NUL, no half of a surrogate pair. */
export function text(name: string) {
  return z.string().refine((value) => value.isWellFormed() && !value.includes('\0'), {
    error: `${name} must be well-formed text without NUL characters.`,
    abort: true,
  });
}

/** What takes no ink: blanks of every kind, controls, and what shapes its neighbours alone, such as a joiner. */
const BLANKS = /^[\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Whether a reader of the text would see nothing. */
export function isBlank(value: string): boolean {
  return BLANKS.test(value);
}

/** The length of a text as its reader would count it, in code points. */
export function lengthOf(value: string): number {
  return Array.from(value).length;
}
