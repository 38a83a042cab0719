/**
 * What is known of an operation before it runs. A plan is made once for each document, type and value of the
 * variables in `@skip` and `@include`, and holds nothing of any request.
 */
import {
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';

import { resolvesFromSource, type SourceResolver } from './source-resolver.ts';

/** What is selected of an object of one type, in the order of the answer. */
export interface SelectionPlan {
  readonly type: GraphQLObjectType;
  readonly fields: readonly FieldPlan[];
}

/** One field of the answer, whatever selections it comes from. */
export class FieldPlan {
  /** The name in the answer. */
  readonly key: string;
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** Null for a field that is a property of its source, or resolves from its source. */
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | null = null;
  readonly fromSource: SourceResolver | null = null;
  /** Of a field that is the same for each object: `__typename`. */
  readonly constant: string | null;
  readonly value: ValuePlan;
  /** What is selected of its values: of the type that was met first, and of others. */
  selection: SelectionPlan | null = null;
  otherSelections: Map<GraphQLObjectType, SelectionPlan> | null = null;

  constructor(
    key: string,
    nodes: readonly [FieldNode, ...FieldNode[]],
    parentType: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
  ) {
    this.key = key;
    this.nodes = nodes;
    this.parentType = parentType;
    this.definition = definition;
    this.constant = definition === TypeNameMetaFieldDef ? parentType.name : null;
    this.value = planValue(this, definition.type);
    const { resolve } = definition;
    if (resolve && resolvesFromSource(resolve)) {
      this.fromSource = resolve;
    } else if (resolve) {
      this.resolve = resolve;
    }
  }
}

interface AnyValuePlan {
  readonly field: FieldPlan;
  /** Then an error within ends here, and the value is null. */
  readonly isNullable: boolean;
}

export interface LeafPlan extends AnyValuePlan {
  readonly kind: 'leaf';
  readonly type: GraphQLLeafType;
}

export interface ListPlan extends AnyValuePlan {
  readonly kind: 'list';
  readonly item: ValuePlan;
}

export interface ObjectPlan extends AnyValuePlan {
  readonly kind: 'object';
  readonly type: GraphQLObjectType;
}

export interface AbstractPlan extends AnyValuePlan {
  readonly kind: 'abstract';
  readonly type: GraphQLAbstractType;
  /** The possible types that were met. */
  readonly met: Map<string, GraphQLObjectType>;
}

/** How a value becomes a part of the answer. */
export type ValuePlan = LeafPlan | ListPlan | ObjectPlan | AbstractPlan;

function planValue(field: FieldPlan, type: GraphQLOutputType): ValuePlan {
  const isNullable = !isNonNullType(type);
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isLeafType(nullable)) {
    return { kind: 'leaf', field, isNullable, type: nullable };
  }
  if (isListType(nullable)) {
    const item = planValue(field, nullable.ofType);

    return { kind: 'list', field, isNullable, item };
  }

  return isAbstractType(nullable)
    ? { kind: 'abstract', field, isNullable, type: nullable, met: new Map() }
    : { kind: 'object', field, isNullable, type: nullable };
}
