import {
  isObjectType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';

import {
  impossibleTypeError,
  noObjectTypeError,
  noTypeNameError,
  unknownTypeError,
} from './field-errors.ts';
import type { AbstractPlan, ValuePlan } from './plan.ts';
import type { Run } from './run.ts';
import type { Path } from './scope.ts';

/**
 * The type of a value, by the name that a type resolver has given.
 *
 * @throws {GraphQLError} for anything but the name of a type that the value may have
 */
export function runtimeType(
  schema: GraphQLSchema,
  plan: AbstractPlan,
  name: unknown,
  value: unknown,
): GraphQLObjectType {
  if (typeof name !== 'string') {
    throw noTypeNameError(plan, name, value);
  }
  const met = plan.met.get(name);
  if (met) {
    return met;
  }
  const type = schema.getType(name);
  if (!type) {
    throw unknownTypeError(plan, name);
  }
  if (!isObjectType(type)) {
    throw noObjectTypeError(plan, name);
  }
  if (!schema.isSubType(plan.type, type)) {
    throw impossibleTypeError(plan, name);
  }
  plan.met.set(name, type);

  return type;
}

/** For whoever finds out the type of a value. The items of a list have the information of its field. */
export function infoAt(run: Run, { field }: ValuePlan, path: Path): GraphQLResolveInfo {
  let fieldPath = path;
  while (typeof fieldPath.key === 'number' && fieldPath.prev) {
    fieldPath = fieldPath.prev;
  }

  return run.infoOf(field, fieldPath);
}
