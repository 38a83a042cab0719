import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type DocumentNode,
  type SelectionSetNode,
  type ValueNode,
  type VariableValues,
} from 'graphql';

const CONDITIONS = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);

/** The names of the variables that decide what is selected: those in `@skip` and `@include`. */
export function conditionNames({ definitions }: DocumentNode): readonly string[] {
  const names = new Set<string>();

  function collect({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      for (const { name, arguments: given } of selection.directives ?? []) {
        if (CONDITIONS.has(name.value)) {
          given?.forEach(({ value }) => collectVariable(value));
        }
      }
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) {
        collect(selection.selectionSet);
      }
    }
  }
  function collectVariable(value: ValueNode): void {
    if (value.kind === Kind.VARIABLE) {
      names.add(value.name.value);
    }
  }
  for (const definition of definitions) {
    if ('selectionSet' in definition && definition.selectionSet) {
      collect(definition.selectionSet);
    }
  }

  return [...names];
}

/** What tells one choice of the conditions from another: other values than those of booleans are refused. */
export function choiceOf(names: readonly string[], { coerced }: VariableValues): string {
  return names.map((name) => (name in coerced ? String(coerced[name]) : 'none')).join();
}
