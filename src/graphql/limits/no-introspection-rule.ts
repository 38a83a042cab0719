import type { ASTVisitor, ValidationContext } from 'graphql';

import { refusal } from '../errors.ts';

/** A validation rule: nobody asks for the schema. `__typename` is not asking. */
export function NoIntrospectionRule(context: ValidationContext): ASTVisitor {
  return {
    Field: ({ name }) => {
      if (name.value === '__schema' || name.value === '__type') {
        const message = `This server does not tell its schema: ${name.value} is switched off.`;
        context.reportError(refusal('INTROSPECTION_DISABLED', message));
      }
    },
  };
}
