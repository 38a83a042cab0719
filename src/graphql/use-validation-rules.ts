import type { ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Adds rules to those of the GraphQL specification. */
export function useValidationRules(rules: readonly ValidationRule[]): Plugin {
  return {
    onValidate: ({ addValidationRule }) => {
      for (const rule of rules) {
        addValidationRule(rule);
      }
    },
  };
}
