import {
  validate,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql';

import { checkDocument } from './check-size.ts';
import type { OperationLimits } from './operation-limits.ts';

export interface ValidationPolicy {
  readonly limits: OperationLimits;
  /** Whether errors keep to themselves what else the schema has. */
  readonly hidesSuggestions: boolean;
}

/** What is wrong with a document: its size, or else what the rules find, up to the limit of errors. */
export function validateDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[],
  { limits, hidesSuggestions }: ValidationPolicy,
): readonly GraphQLError[] {
  const tooLarge = checkDocument(schema, document, limits);

  return tooLarge.length > 0
    ? tooLarge
    : validate(schema, document, rules, {
        // And one more that says that there are more.
        maxErrors: limits.errors - 1,
        hideSuggestions: hidesSuggestions,
      });
}
