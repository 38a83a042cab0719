import type { GraphQLError } from 'graphql';

import { refusal } from '../errors.ts';

/** What the executor tells of the data that it has made, beside them. */
export const COUNTED = Symbol('counted');

export interface CountedAnswer {
  readonly data?: unknown;
  /** How many characters the texts of these data have together, or more: what was left out of them may count. */
  readonly [COUNTED]?: { readonly data: unknown; readonly textLength: number };
}

/**
 * The refusal of an answer whose texts come to more characters than the limit. Aliases and pages repeat what
 * is stored once, and an answer stays in memory for as long as its client takes to read it.
 */
export function refuseAnswer(answer: CountedAnswer, limit: number): GraphQLError | null {
  const { data, [COUNTED]: counted } = answer;
  // To go through all of a page once more would cost a tenth of it.
  if (counted && counted.data === data && counted.textLength <= limit) {
    return null;
  }
  if (textLength(data, limit) <= limit) {
    return null;
  }
  const message =
    `The answer would have more than ${limit} characters: ask for fewer things at once. ` +
    'What its mutations have done stays.';

  return refusal('ANSWER_TOO_LARGE', message, { limit });
}

/** How many characters the texts of a value have together, counted until there are more than the limit. */
export function textLength(value: unknown, limit = Infinity): number {
  if (typeof value === 'string') {
    return value.length;
  }
  let length = 0;
  if (!hasMembers(value)) {
    return length;
  }
  for (const name in value) {
    length += textLength(value[name], limit - length);
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
