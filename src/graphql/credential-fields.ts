/**
 * One guess at a password an operation. Without this rule, fifteen aliases of `login` would be fifteen
 * guesses in one request, and nothing that counts requests would see them.
 */
import {
  visit,
  type ASTNode,
  type ASTVisitor,
  type FieldNode,
  type GraphQLSchema,
  type ValidationContext,
} from 'graphql';

import { refusal } from './errors.ts';

/** The extensions of a mutation that takes a password. */
export const credentials = { takesCredentials: true } as const;

/** A validation rule: at most one of those mutations in an operation, by whatever aliases or fragments. */
export function OneCredentialFieldRule(context: ValidationContext): ASTVisitor {
  const names = credentialFieldsOf(context.getSchema());

  return {
    OperationDefinition: (operation) => {
      const parts = [operation, ...context.getRecursivelyReferencedFragments(operation)];
      const fields = parts.flatMap((part) => fieldsNamed(names, part));
      const keys = new Set(fields.map(({ alias, name }) => (alias ?? name).value));

      if (keys.size > 1) {
        context.reportError(
          refusal(
            'TOO_MANY_CREDENTIAL_FIELDS',
            `An operation may have one field that takes a password; this one has ${keys.size}.`,
            { limit: 1, actual: keys.size },
          ),
        );
      }
    },
  };
}

function credentialFieldsOf(schema: GraphQLSchema): Set<string> {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});

  return new Set(
    fields.filter(({ extensions }) => extensions['takesCredentials']).map(({ name }) => name),
  );
}

function fieldsNamed(names: Set<string>, root: ASTNode): FieldNode[] {
  const found: FieldNode[] = [];
  visit(root, {
    Field: (field) => {
      if (names.has(field.name.value)) {
        found.push(field);
      }
    },
  });

  return found;
}
