import type { GraphQLError } from 'graphql';

import { refusal, type RefusalCode } from '../errors.ts';

/** How large an operation may be, by whatever fragments, variables and aliases it got there. */
export interface OperationLimits {
  /** Of the document, in bytes of UTF-8. */
  readonly size: number;
  readonly tokens: number;
  /** Fields within fields. */
  readonly depth: number;
  /** The same within `__schema` and `__type`, which the depth does not count. */
  readonly introspectionDepth: number;
  readonly aliases: number;
  readonly directives: number;
  /** How many objects the answer may hold, in the worst case. */
  readonly complexity: number;
  /** Of all texts in one answer, in characters. */
  readonly answerSize: number;
  /** In one answer. */
  readonly errors: number;
  /** From the first look at the document to the answer, in milliseconds. */
  readonly time: number;
  /** Of all documents that are remembered, in bytes of their text. */
  readonly cacheSize: number;
}

/** One limit that an operation is over. */
export function overLimit(
  code: RefusalCode,
  what: string,
  { limit, actual }: { readonly limit: number; readonly actual: number },
): GraphQLError {
  return refusal(code, `${what} may be ${limit} at most; it is ${actual}.`, { limit, actual });
}
