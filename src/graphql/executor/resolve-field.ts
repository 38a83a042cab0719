import { getArgumentValues } from 'graphql';

import type { FieldPlan } from './plan.ts';
import type { Run } from './run.ts';
import { pathOf, type Path } from './scope.ts';

/**
 * What a field is, as its resolver gives it; without one, the property of its name.
 *
 * @param path there for a resolver
 */
export function resolveField(
  run: Run,
  field: FieldPlan,
  source: unknown,
  path: Path | null,
  parentPath: Path | undefined,
): unknown {
  if (field.resolve && path) {
    run.throwIfStopped();

    return field.resolve(
      source,
      argumentsOf(run, field),
      run.args.contextValue,
      run.infoOf(field, path),
    );
  }
  if (field.fromSource) {
    return field.fromSource(source);
  }
  if (!hasProperties(source)) {
    return undefined;
  }
  const value = source[field.definition.name];

  return typeof value === 'function'
    ? callMethod(run, field, source, value, pathOf(field, parentPath))
    : value;
}

/** Without a resolver, a method of the source is one. */
function callMethod(
  run: Run,
  field: FieldPlan,
  source: unknown,
  method: Function,
  path: Path,
): unknown {
  run.throwIfStopped();
  const { contextValue } = run.args;

  return Reflect.apply(method, source, [
    argumentsOf(run, field),
    contextValue,
    run.infoOf(field, path),
  ]);
}

function argumentsOf(run: Run, { definition, nodes: [node] }: FieldPlan): object {
  return definition.args.length > 0
    ? getArgumentValues(definition, node, run.args.variableValues)
    : {};
}

function hasProperties(source: unknown): source is Readonly<Record<string, unknown>> {
  return (typeof source === 'object' && source !== null) || typeof source === 'function';
}
