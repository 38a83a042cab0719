import {
  defaultTypeResolver,
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
import { isPromiseLike } from './promises.ts';
import type { Run } from './run.ts';
import type { Container, Path } from './scope.ts';

/** Completes a value of a type that is known. */
type CompleteObject = (
  run: Run,
  plan: AbstractPlan,
  type: GraphQLObjectType,
  path: Path,
  value: unknown,
  container: Container,
) => unknown;

/** Completes a value once its type is found out. */
export function completeAbstract(
  run: Run,
  plan: AbstractPlan,
  path: Path,
  value: unknown,
  container: Container,
  completeObject: CompleteObject,
): unknown {
  const { contextValue } = run.args;
  const { schema } = run.operation;
  const resolveType = plan.type.resolveType ?? defaultTypeResolver;
  const name: unknown = resolveType(value, contextValue, infoAt(run, plan, path), plan.type);
  if (!isPromiseLike(name)) {
    const type = runtimeType(schema, plan, name, value);

    return completeObject(run, plan, type, path, value, container);
  }
  run.awaitRest(
    () => name,
    { plan, path, container },
    (awaited) => {
      const type = runtimeType(schema, plan, awaited, value);

      return completeObject(run, plan, type, path, value, container);
    },
  );

  return undefined;
}

/**
 * The type of a value, by the name that a type resolver has given.
 *
 * @throws {GraphQLError} for anything but the name of a type that the value may have
 */
function runtimeType(
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
