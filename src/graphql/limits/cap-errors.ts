import type { GraphQLError } from 'graphql';

import { refusal } from '../errors.ts';

/** The first errors of an answer, and one that says how many there are. */
export function capErrors(errors: readonly GraphQLError[], limit: number): readonly GraphQLError[] {
  if (errors.length <= limit) {
    return errors;
  }
  const actual = errors.length;
  const message = `There are ${actual} errors. An answer tells ${limit - 1} of them.`;

  return [...errors.slice(0, limit - 1), refusal('TOO_MANY_ERRORS', message, { limit, actual })];
}
