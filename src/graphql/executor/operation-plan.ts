import {
  GraphQLError,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type VariableValues,
} from 'graphql';

import { choiceOf, conditionNames } from './conditions.ts';
import type { FieldPlan, SelectionPlan } from './plan.ts';
import { selectFields } from './select-fields.ts';

/** How many choices of `@skip` and `@include` are remembered for one operation. */
const MAX_CHOICES = 32;

/** An operation and all that was found out about it so far. */
export class OperationPlan {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly #conditions: readonly string[];
  /** What is selected of the root, without conditions; with some, for each choice. */
  #root: SelectionPlan | null = null;
  #choices: Map<string, SelectionPlan> | null = null;
  #fragments: Record<string, FragmentDefinitionNode> | null = null;

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    this.schema = schema;
    this.document = document;
    this.operation = operation;
    this.#conditions = conditionNames(document);
  }

  /** By their names. */
  get fragments(): Record<string, FragmentDefinitionNode> {
    this.#fragments ??= fragmentsOf(this.document);

    return this.#fragments;
  }

  /** @throws {GraphQLError} when the schema has no such operations */
  rootSelection(variableValues: VariableValues): SelectionPlan {
    if (this.#conditions.length === 0) {
      this.#root ??= this.#planRoot(variableValues);

      return this.#root;
    }
    this.#choices ??= new Map();
    const choice = choiceOf(this.#conditions, variableValues);
    const known = this.#choices.get(choice);
    if (known) {
      return known;
    }
    const selection = this.#planRoot(variableValues);
    if (this.#choices.size === MAX_CHOICES) {
      this.#choices.clear();
    }
    this.#choices.set(choice, selection);

    return selection;
  }

  /** What is selected of a type within a field. */
  selectionOf(
    field: FieldPlan,
    type: GraphQLObjectType,
    variableValues: VariableValues,
  ): SelectionPlan {
    if (field.selection?.type === type) {
      return field.selection;
    }
    const known = field.otherSelections?.get(type);
    if (known) {
      return known;
    }
    const selection = selectFields(this, variableValues, type, selectionSetsOf(field));
    if (field.selection) {
      field.otherSelections ??= new Map();
      field.otherSelections.set(type, selection);
    } else {
      field.selection = selection;
    }

    return selection;
  }

  #planRoot(variableValues: VariableValues): SelectionPlan {
    const { operation: kind, selectionSet } = this.operation;
    const type = this.schema.getRootType(kind);
    if (!type) {
      const message = `Schema is not configured to execute ${kind} operation.`;
      throw new GraphQLError(message, { nodes: this.operation });
    }

    return selectFields(this, variableValues, type, [selectionSet]);
  }
}

function selectionSetsOf({ nodes }: FieldPlan): SelectionSetNode[] {
  const sets: SelectionSetNode[] = [];
  for (const { selectionSet } of nodes) {
    if (selectionSet) {
      sets.push(selectionSet);
    }
  }

  return sets;
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  // Most documents have none, and an object without a prototype is costly to make.
  const fragments: Record<string, FragmentDefinitionNode> = {};
  if (definitions.length > 1) {
    Object.setPrototypeOf(fragments, null);
  }
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments[definition.name.value] = definition;
    }
  }

  return fragments;
}
