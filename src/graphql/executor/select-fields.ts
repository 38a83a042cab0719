import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type NamedTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  type VariableValues,
} from 'graphql';

import { FieldPlan, type SelectionPlan } from './plan.ts';

/** Where fields are selected: a document, and what the variables say of its `@skip` and `@include`. */
export interface SelectionScope {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly propagatesErrors: boolean;
}

/**
 * Brings together what is selected of a type, through fragments and whatever is selected more than once.
 *
 * @throws {GraphQLError} for a variable that is no condition: null, in the place of a default value
 */
export function selectFields(
  scope: SelectionScope,
  variableValues: VariableValues,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): SelectionPlan {
  const { schema, propagatesErrors } = scope;
  const nodes = new Map<string, [FieldNode, ...FieldNode[]]>();
  const visited = new Set<string>();

  function collect({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (isIncluded(selection, variableValues)) {
        collectSelection(selection);
      }
    }
  }
  function collectSelection(selection: SelectionNode): void {
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const found = nodes.get(key);
      if (found) {
        found.push(selection);
      } else {
        nodes.set(key, [selection]);
      }
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      if (isOfType(schema, selection.typeCondition, type)) {
        collect(selection.selectionSet);
      }
    } else {
      collectFragment(selection.name.value);
    }
  }
  function collectFragment(name: string): void {
    const fragment = scope.fragments[name];
    if (fragment && !visited.has(name) && isOfType(schema, fragment.typeCondition, type)) {
      visited.add(name);
      collect(fragment.selectionSet);
    }
  }
  selectionSets.forEach(collect);

  const fields: FieldPlan[] = [];
  for (const [key, found] of nodes) {
    const definition = schema.getField(type, found[0].name.value);
    if (definition) {
      fields.push(new FieldPlan(key, found, type, definition, propagatesErrors));
    }
  }

  return { type, fields };
}

function isIncluded(selection: SelectionNode, variableValues: VariableValues): boolean {
  if (!selection.directives?.length) {
    return true;
  }
  if (getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.['if'] === true) {
    return false;
  }

  return getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.['if'] !== false;
}

function isOfType(
  schema: GraphQLSchema,
  condition: NamedTypeNode | undefined,
  type: GraphQLObjectType,
): boolean {
  if (!condition || condition.name.value === type.name) {
    return true;
  }
  const expected = schema.getType(condition.name.value);

  return isAbstractType(expected) && schema.isSubType(expected, type);
}
