/**
 * From the fields of an object to their values in the answer. Whatever stands in the way of a field, from its
 * arguments to the last value within it, is an error of that field: it is null, or, where the schema
 * allows no null, the first place around it that may be.
 *
 * What is awaited is undefined in the answer until it is there.
 */
import type { GraphQLObjectType } from 'graphql';

import { completeLeaf, isNull } from './complete-leaf.ts';
import { noListError, wrongTypeError } from './field-errors.ts';
import { completeItems, isAsyncIterable, isIterable, streamCompleter } from './list-items.ts';
import type {
  AbstractPlan,
  FieldPlan,
  LeafPlan,
  ListPlan,
  ObjectPlan,
  SelectionPlan,
  ValuePlan,
} from './plan.ts';
import { isPromiseLike } from './promises.ts';
import { resolveField } from './resolve-field.ts';
import type { Run } from './run.ts';
import { completeAbstract, infoAt } from './runtime-type.ts';
import { pathOf, put, type Container, type Path } from './scope.ts';

/**
 * Starts the fields of an object, and puts their values into the answer.
 *
 * @throws {GraphQLError} the error of a field that may not be null
 */
export function executeFields(
  run: Run,
  { fields }: SelectionPlan,
  source: unknown,
  path: Path | undefined,
  answer: Record<string, unknown>,
): void {
  for (const field of fields) {
    const value = executeField(run, field, source, path, answer);
    if (field.key === '__proto__') {
      put(answer, field.key, value);
    } else {
      answer[field.key] = value;
    }
  }
}

function executeField(
  run: Run,
  field: FieldPlan,
  source: unknown,
  parentPath: Path | undefined,
  answer: Record<string, unknown>,
): unknown {
  const { constant, value: plan } = field;
  if (constant !== null) {
    run.textLength += constant.length;

    return constant;
  }
  // Most fields need none.
  let path: Path | null = null;
  try {
    path = field.resolve && pathOf(field, parentPath);
    const value = resolveField(run, field, source, path, parentPath);
    if (plan.kind === 'leaf' && !isPromiseLike(value)) {
      return completeLeaf(run, plan, value);
    }
    path ??= pathOf(field, parentPath);

    return completeOrAwait(run, plan, path, value, answer);
  } catch (error) {
    return run.fail(plan, path ?? pathOf(field, parentPath), error);
  }
}

function completeOrAwait(
  run: Run,
  plan: ValuePlan,
  path: Path,
  value: unknown,
  container: Container,
): unknown {
  if (!isPromiseLike(value)) {
    return complete(run, plan, path, value, container);
  }
  run.awaitValue(value, { plan, path, container }, (awaited) =>
    complete(run, plan, path, awaited, container),
  );

  return undefined;
}

function complete(
  run: Run,
  plan: ValuePlan,
  path: Path,
  value: unknown,
  container: Container,
): unknown {
  if (plan.kind === 'leaf') {
    return completeLeaf(run, plan, value);
  }
  if (isNull(plan, value)) {
    return null;
  }
  if (!plan.isNullable) {
    return completeParts(run, plan, path, value, container);
  }
  const outer = run.openScope();
  try {
    const completed = completeParts(run, plan, path, value, container);
    run.closeScope(outer, container, path);

    return completed;
  } catch (error) {
    run.abandonScope(outer);
    throw error;
  }
}

function completeParts(
  run: Run,
  plan: Exclude<ValuePlan, LeafPlan>,
  path: Path,
  value: unknown,
  container: Container,
): unknown {
  if (plan.kind === 'list') {
    return completeList(run, plan, path, value, container);
  }

  return plan.kind === 'object'
    ? completeObject(run, plan, plan.type, path, value, container)
    : completeAbstract(run, plan, path, value, container, completeObject);
}

function completeList(
  run: Run,
  plan: ListPlan,
  path: Path,
  value: unknown,
  container: Container,
): unknown {
  if (isAsyncIterable(value)) {
    const completeStream = streamCompleter(run, plan, path, value, completeItem);
    run.awaitRest(completeStream, { plan, path, container }, (answer) => answer);

    return undefined;
  }
  if (!isIterable(value)) {
    throw noListError(plan.field);
  }

  return completeItems(run, plan, path, value, completeItem);
}

function completeItem(
  run: Run,
  plan: ValuePlan,
  prev: Path,
  key: number,
  item: unknown,
  answer: unknown[],
): unknown {
  if (plan.kind === 'leaf' && !isPromiseLike(item)) {
    try {
      return completeLeaf(run, plan, item);
    } catch (error) {
      return run.fail(plan, { prev, key, typename: undefined }, error);
    }
  }
  const path = { prev, key, typename: undefined };
  try {
    return completeOrAwait(run, plan, path, item, answer);
  } catch (error) {
    return run.fail(plan, path, error);
  }
}

function completeObject(
  run: Run,
  plan: ObjectPlan | AbstractPlan,
  type: GraphQLObjectType,
  path: Path,
  value: unknown,
  container: Container,
): unknown {
  const isOfType = type.isTypeOf
    ? type.isTypeOf(value, run.args.contextValue, infoAt(run, plan, path))
    : true;
  if (!isPromiseLike(isOfType)) {
    return completeSelection(run, plan, type, path, value, isOfType);
  }
  run.awaitRest(
    () => isOfType,
    { plan, path, container },
    (awaited) => completeSelection(run, plan, type, path, value, awaited),
  );

  return undefined;
}

function completeSelection(
  run: Run,
  { field }: ValuePlan,
  type: GraphQLObjectType,
  path: Path,
  value: unknown,
  isOfType: unknown,
): unknown {
  if (!isOfType) {
    throw wrongTypeError(type, value, field);
  }
  const selection = run.operation.selectionOf(field, type, run.args.variableValues);
  const answer: Record<string, unknown> = {};
  executeFields(run, selection, value, path, answer);

  return answer;
}
