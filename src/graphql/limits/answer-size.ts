import type { GraphQLError } from 'graphql';

import { refusal } from '../errors.ts';

/**
 * The refusal of an answer whose texts come to more characters than the limit. Aliases and pages repeat what
 * is stored once, and an answer stays in memory for as long as its client takes to read it.
 */
export function refuseAnswer(data: unknown, limit: number): GraphQLError | null {
  const message =
    `The answer would have more than ${limit} characters: ask for fewer things at once. ` +
    'What its mutations have done stays.';

  return lengthWithin(data, limit) > limit ? refusal('ANSWER_TOO_LARGE', message, { limit }) : null;
}

/** How many characters the texts have together, counted until there are more than the limit. */
function lengthWithin(value: unknown, limit: number): number {
  if (typeof value === 'string') {
    return value.length;
  }
  let length = 0;
  if (!hasMembers(value)) {
    return length;
  }
  // Every answer is counted: to list its values first would double what that costs.
  for (const name in value) {
    length += lengthWithin(value[name], limit - length);
    if (length > limit) {
      break;
    }
  }

  return length;
}

/** Those of a list are its items. */
function hasMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
