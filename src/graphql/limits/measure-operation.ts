/**
 * How large an operation is, in one walk over its selections. A fragment is walked once, however often it
 * is spread, and counts as often as it is spread: thirty fragments that each spread the next one twice are
 * thirty steps of the walk, and 2^30 of whatever the last one holds.
 *
 * The complexity is the number of objects that the answer may hold: a page counts as many as were asked for,
 * times what each of them holds. Leaves are free, and directives are not looked at: what `@skip` leaves
 * out counts. A document need not be valid to be measured.
 */
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../page.ts';

/** What a list counts when nothing says how long it is. */
const LIST_SIZE = 10;

/** What `__schema` or `__type` counts, whatever is asked of it: three of them are too many. */
const INTROSPECTION_COMPLEXITY = 400;

export interface OperationMeasure {
  readonly depth: number;
  readonly introspectionDepth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly complexity: number;
  /** The variables that the complexity depends on, and their values. */
  readonly sizes: ReadonlyMap<string, unknown>;
}

export interface MeasureOptions {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Coerced, so that their defaults are among them. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export function measureOperation(
  operation: OperationDefinitionNode,
  options: MeasureOptions,
): OperationMeasure {
  const walk = new Walk(options);
  const { once, each, ...counts } = walk.operation(operation);

  return {
    ...counts,
    complexity: once + each * LIST_SIZE,
    sizes: walk.sizes,
  };
}

/** What a part of an operation adds to the whole. */
interface Tally {
  readonly depth: number;
  readonly introspectionDepth: number;
  readonly aliases: number;
  readonly directives: number;
  /** Objects that are there once. */
  readonly once: number;
  /** Objects that are there for each item of the page that they are in, or of a list. */
  readonly each: number;
}

const NOTHING: Tally = {
  depth: 0,
  introspectionDepth: 0,
  aliases: 0,
  directives: 0,
  once: 0,
  each: 0,
};

const LEAF: Tally = { ...NOTHING, depth: 1 };

type ParentType = GraphQLNamedType | null | undefined;
type AnyField = GraphQLField<unknown, unknown>;

class Walk {
  readonly #options: MeasureOptions;
  /** By name. A fragment that is being walked counts nothing: its cycle is refused by validation. */
  readonly #fragments = new Map<string, Tally>();
  readonly sizes = new Map<string, unknown>();

  constructor(options: MeasureOptions) {
    this.#options = options;
  }

  operation(node: OperationDefinitionNode): Tally {
    const type = this.#options.schema.getRootType(node.operation);
    const parts = [node, ...(node.variableDefinitions ?? [])];
    const tally = this.#selections(node.selectionSet, type);

    return parts.reduce(withDirectives, tally);
  }

  #selections({ selections }: SelectionSetNode, type: ParentType): Tally {
    const total = { ...NOTHING };
    for (const node of selections) {
      const tally = withDirectives(this.#selection(node, type), node);
      total.depth = Math.max(total.depth, tally.depth);
      total.introspectionDepth = Math.max(total.introspectionDepth, tally.introspectionDepth);
      total.aliases += tally.aliases;
      total.directives += tally.directives;
      total.once += tally.once;
      total.each += tally.each;
    }

    return total;
  }

  #selection(node: SelectionNode, type: ParentType): Tally {
    if (node.kind === Kind.FIELD) {
      const tally = this.#field(node, type);

      return node.alias ? { ...tally, aliases: tally.aliases + 1 } : tally;
    }
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      return this.#fragment(node.name.value);
    }
    const condition = node.typeCondition?.name.value;
    const inner = condition === undefined ? type : this.#options.schema.getType(condition);

    return this.#selections(node.selectionSet, inner);
  }

  #fragment(name: string): Tally {
    const known = this.#fragments.get(name);
    const node = this.#options.fragments.get(name);
    if (known || !node) {
      return known ?? NOTHING;
    }
    this.#fragments.set(name, NOTHING);
    const type = this.#options.schema.getType(node.typeCondition.name.value);
    const tally = withDirectives(this.#selections(node.selectionSet, type), node);
    this.#fragments.set(name, tally);

    return tally;
  }

  #field(node: FieldNode, parent: ParentType): Tally {
    const { selectionSet, name } = node;
    if (!selectionSet) {
      return LEAF;
    }
    const field = isCompositeType(parent)
      ? this.#options.schema.getField(parent, name.value)
      : undefined;
    const inner = this.#selections(selectionSet, field && getNamedType(field.type));
    const depth = inner.depth + 1;
    if (name.value === '__schema' || name.value === '__type') {
      const once = INTROSPECTION_COMPLEXITY;

      return { ...inner, depth: 1, introspectionDepth: depth, once, each: 0 };
    }

    return { ...inner, depth, ...this.#objects(node, field, inner) };
  }

  #objects(
    node: FieldNode,
    field: AnyField | undefined,
    { once, each }: Tally,
  ): Pick<Tally, 'once' | 'each'> {
    const isList = isListType(getNullableType(field?.type));
    if (!field?.args.some(isPageSize)) {
      const count = 1 + once + each * LIST_SIZE;

      return isList ? { once: 0, each: count } : { once: count, each: 0 };
    }
    const size = this.#pageSize(node);

    return {
      once: isList ? size * (1 + once + each * LIST_SIZE) : 1 + once + each * size,
      each: 0,
    };
  }

  /** A size that no page has is refused by the resolver, which says more; here it is the largest page. */
  #pageSize({ arguments: given = [] }: FieldNode): number {
    const sizes = given
      .filter(({ name }) => isPageSize({ name: name.value }))
      .map(({ value }) => this.#valueOf(value) ?? null)
      .filter((size) => size !== null)
      .map((size) => (isSizeOfPage(size) ? size : MAX_PAGE_SIZE));

    return sizes.length === 0 ? DEFAULT_PAGE_SIZE : Math.max(...sizes);
  }

  #valueOf(node: ValueNode): unknown {
    if (node.kind === Kind.VARIABLE) {
      const name = node.name.value;
      const size = this.#options.variables[name];
      this.sizes.set(name, size);

      return size;
    }
    if (node.kind === Kind.NULL) {
      return null;
    }

    return node.kind === Kind.INT ? Number(node.value) : NaN;
  }
}

interface Directed {
  readonly directives?: readonly unknown[] | undefined;
}

function withDirectives(tally: Tally, { directives = [] }: Directed): Tally {
  return directives.length === 0
    ? tally
    : { ...tally, directives: tally.directives + directives.length };
}

function isPageSize({ name }: { readonly name: string }): boolean {
  return name === 'first' || name === 'last';
}

function isSizeOfPage(size: unknown): size is number {
  return Number.isInteger(size) && Number(size) > 0 && Number(size) <= MAX_PAGE_SIZE;
}
