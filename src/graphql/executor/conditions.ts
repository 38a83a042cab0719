import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type DirectiveNode,
  type DocumentNode,
  type SelectionSetNode,
  type VariableValues,
} from 'graphql';

/** The names of the variables that decide what is selected: those in `@skip` and `@include`. */
export function conditionNames({ definitions }: DocumentNode): readonly string[] {
  const names: string[] = [];
  for (const definition of definitions) {
    if ('selectionSet' in definition && definition.selectionSet) {
      addNames(definition.selectionSet, names);
    }
  }

  return names;
}

/**
 * What tells one choice of the conditions from another: a letter for each, and nothing of the values themselves. What is
 * no boolean is a variable of the same name in an operation that has no such condition.
 */
export function choiceOf(names: readonly string[], { coerced }: VariableValues): string {
  return names.map((name) => letterOf(coerced[name])).join('');
}

function letterOf(value: unknown): string {
  if (typeof value === 'boolean') {
    return value ? 't' : 'f';
  }

  return value === null ? 'n' : '-';
}

function addNames({ selections }: SelectionSetNode, names: string[]): void {
  for (const selection of selections) {
    selection.directives?.forEach((directive) => addNameOf(directive, names));
    if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) {
      addNames(selection.selectionSet, names);
    }
  }
}

function addNameOf(
  { name: { value: directive }, arguments: given }: DirectiveNode,
  names: string[],
) {
  const value = given?.[0]?.value;
  const isCondition =
    directive === GraphQLSkipDirective.name || directive === GraphQLIncludeDirective.name;
  if (isCondition && value?.kind === Kind.VARIABLE && !names.includes(value.name.value)) {
    names.push(value.name.value);
  }
}
