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

/** Where fields are selected. */
interface SelectionScope {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/**
 * Brings together what is selected of a type, through fragments and whatever is selected more than once.
 *
 * @param variableValues of which only those in `@skip` and `@include` are looked at
 * @throws {GraphQLError} for a variable that is no condition: null, in the place of a default value
 */
export function selectFields(
  scope: SelectionScope,
  variableValues: VariableValues,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): SelectionPlan {
  const selection = new Selection(scope, variableValues, type);
  for (const selectionSet of selectionSets) {
    selection.collect(selectionSet);
  }

  return { type, fields: selection.fields() };
}

class Selection {
  readonly #scope: SelectionScope;
  readonly #variableValues: VariableValues;
  readonly #type: GraphQLObjectType;
  /** By their names in the answer, in its order. */
  readonly #nodes = new Map<string, [FieldNode, ...FieldNode[]]>();
  #visited: Set<string> | null = null;

  constructor(scope: SelectionScope, variableValues: VariableValues, type: GraphQLObjectType) {
    this.#scope = scope;
    this.#variableValues = variableValues;
    this.#type = type;
  }

  collect({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (isIncluded(selection, this.#variableValues)) {
        this.#collectSelection(selection);
      }
    }
  }

  fields(): FieldPlan[] {
    const { schema } = this.#scope;
    const fields: FieldPlan[] = [];
    for (const [key, nodes] of this.#nodes) {
      const definition = schema.getField(this.#type, nodes[0].name.value);
      if (definition) {
        fields.push(new FieldPlan(key, nodes, this.#type, definition));
      }
    }

    return fields;
  }

  #collectSelection(selection: SelectionNode): void {
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const known = this.#nodes.get(key);
      if (known) {
        known.push(selection);
      } else {
        this.#nodes.set(key, [selection]);
      }
    } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
      this.#collectFragment(selection.name.value);
    } else if (this.#isOfType(selection.typeCondition)) {
      this.collect(selection.selectionSet);
    }
  }

  /** Once is enough, and a fragment that is in itself would not end. */
  #collectFragment(name: string): void {
    const fragment = this.#scope.fragments[name];
    this.#visited ??= new Set();
    if (fragment && !this.#visited.has(name) && this.#isOfType(fragment.typeCondition)) {
      this.#visited.add(name);
      this.collect(fragment.selectionSet);
    }
  }

  #isOfType(condition: NamedTypeNode | undefined): boolean {
    if (!condition || condition.name.value === this.#type.name) {
      return true;
    }
    const { schema } = this.#scope;
    const expected = schema.getType(condition.name.value);

    return isAbstractType(expected) && schema.isSubType(expected, this.#type);
  }
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
