/** The errors of values that are not what the schema says. Their texts are those of graphql-js. */
import { inspect } from '@graphql-tools/utils';
import { GraphQLError, type GraphQLObjectType } from 'graphql';

import type { AbstractPlan, FieldPlan, LeafPlan } from './plan.ts';

export function nullError(field: FieldPlan): Error {
  return new Error(`Cannot return null for non-nullable field ${coordinate(field)}.`);
}

export function noLeafError({ type }: LeafPlan, value: unknown, coerced: unknown): Error {
  const call = `${type.name}.coerceOutputValue(${inspect(value)})`;

  return new Error(
    `Expected \`${call}\` to return non-nullable value, returned: ${inspect(coerced)}`,
  );
}

export function noListError(field: FieldPlan): GraphQLError {
  return new GraphQLError(
    `Expected Iterable, but did not find one for field "${coordinate(field)}".`,
  );
}

export function wrongTypeError(
  type: GraphQLObjectType,
  value: unknown,
  { nodes }: FieldPlan,
): GraphQLError {
  return new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, {
    nodes,
  });
}

export function noTypeNameError(
  { field, type: { name } }: AbstractPlan,
  typeName: unknown,
  value: unknown,
): GraphQLError {
  const what = `Abstract type "${name}" must resolve to an Object type at runtime for field "${coordinate(field)}"`;

  return typeName == null
    ? new GraphQLError(
        `${what}. Either the "${name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
        { nodes: field.nodes },
      )
    : new GraphQLError(
        `${what} with value ${inspect(value)}, received "${inspect(typeName)}", which is not a valid Object type name.`,
      );
}

export function unknownTypeError({ field, type }: AbstractPlan, name: string): GraphQLError {
  return new GraphQLError(
    `Abstract type "${type.name}" was resolved to a type "${name}" that does not exist inside the schema.`,
    { nodes: field.nodes },
  );
}

export function noObjectTypeError({ field, type }: AbstractPlan, name: string): GraphQLError {
  return new GraphQLError(
    `Abstract type "${type.name}" was resolved to a non-object type "${name}".`,
    { nodes: field.nodes },
  );
}

export function impossibleTypeError({ field, type }: AbstractPlan, name: string): GraphQLError {
  return new GraphQLError(
    `Runtime Object type "${name}" is not a possible type for "${type.name}".`,
    { nodes: field.nodes },
  );
}

function coordinate({ parentType, definition }: FieldPlan): string {
  return `${parentType.name}.${definition.name}`;
}
