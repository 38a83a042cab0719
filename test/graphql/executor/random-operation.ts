/** Operations that a schema allows, with fragments, aliases, arguments, conditions and variables. */
import * as fc from 'fast-check';
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  NoUnusedVariablesRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationTypeNode,
} from 'graphql';

export interface RandomOperation {
  readonly text: string;
  readonly document: DocumentNode;
  readonly variableValues: Record<string, unknown>;
}

const VARIABLES =
  '($yes: Boolean!, $maybe: Boolean = true, $word: String, $sure: String = "sure", $times: Int = 5, $color: Color)';

const introspection = [
  '__schema { queryType { name } directives { name args { name defaultValue } } }',
  '__type(name: "A") { kind fields { name type { name kind ofType { name } } } }',
];

type Gen = fc.GeneratorValue;

/** @returns null for one that is not valid after all */
export function randomOperation(schema: GraphQLSchema): fc.Arbitrary<RandomOperation | null> {
  return fc.gen().map((gen) => {
    const kind = pick(gen, ['query', 'query', 'mutation', 'subscription']);
    const root = schema.getRootType(kind as OperationTypeNode);
    if (!root) {
      return null;
    }
    const fragments = new Map<string, string>();
    const isMany = kind !== 'subscription';
    const body = isMany
      ? selections(gen, schema, root, 3, fragments)
      : `{ ${fieldText(gen, schema, pick(gen, Object.values(root.getFields())), 3, fragments)} }`;
    const text = [`${kind} Any${VARIABLES} ${body}`, ...fragments.values()].join('\n');
    const document = parse(text);
    if (validate(schema, document, validRules).length > 0) {
      return null;
    }

    return { text, document, variableValues: variables(gen) };
  });
}

const validRules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

function variables(gen: Gen): Record<string, unknown> {
  return {
    yes: gen(fc.boolean),
    ...(gen(fc.boolean) && { maybe: pick(gen, [true, false, true, false, null]) }),
    ...(gen(fc.boolean) && { word: pick(gen, ['word', null]) }),
    ...(gen(fc.boolean) && { sure: pick(gen, ['other', null]) }),
    ...(gen(fc.boolean) && { times: pick(gen, [1, null]) }),
    ...(gen(fc.boolean) && { color: pick(gen, ['GREEN', null]) }),
  };
}

function selections(
  gen: Gen,
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  depth: number,
  fragments: Map<string, string>,
): string {
  const count = 1 + gen(fc.nat, { max: depth > 0 ? 5 : 2 });
  const parts = Array.from({ length: count }, () => selection(gen, schema, type, depth, fragments));

  return `{ ${parts.join(' ')} }`;
}

function selection(
  gen: Gen,
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  depth: number,
  fragments: Map<string, string>,
): string {
  const choice = gen(fc.nat, { max: 9 });
  const isFragment = isUnionType(type) ? choice < 8 : choice < 2;
  if (depth > 0 && isFragment) {
    return fragmentText(gen, schema, type, depth, fragments);
  }
  if (choice === 2 || !('getFields' in type)) {
    return `${pick(gen, ['', '', '', 'type: ', 'type: ', '__proto__: '])}__typename`;
  }
  if (choice === 3 && type === schema.getQueryType()) {
    return pick(gen, introspection);
  }

  const fields = Object.values(type.getFields()).filter(
    (field) => depth > 0 || !isCompositeType(getNamedType(field.type)),
  );

  return fieldText(gen, schema, pick(gen, fields), depth, fragments);
}

function fragmentText(
  gen: Gen,
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  depth: number,
  fragments: Map<string, string>,
): string {
  const within = fragmentType(gen, schema, type);
  const body = selections(gen, schema, within, depth - 1, fragments);
  if (gen(fc.boolean)) {
    const condition = within === type && gen(fc.boolean) ? '' : ` on ${within.name}`;

    return `...${condition}${conditionText(gen)} ${body}`;
  }
  const names = [...fragments.keys()];
  if (names.length > 0 && gen(fc.nat, { max: 9 }) === 0) {
    return `...${pick(gen, names)}${conditionText(gen)}`;
  }
  const name = `F${fragments.size}`;
  fragments.set(name, `fragment ${name} on ${within.name} ${body}`);

  return `...${name}${conditionText(gen)}`;
}

function fieldText(
  gen: Gen,
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  depth: number,
  fragments: Map<string, string>,
): string {
  const type = getNamedType(field.type);
  const given = argumentsText(gen, field);
  const label = labelOf(gen, field.name, given);
  const body = isCompositeType(type) ? selections(gen, schema, type, depth - 1, fragments) : '';

  return `${label}${field.name}${given}${conditionText(gen)} ${body}`;
}

/** Selections of the same field with other arguments have names of their own. */
function labelOf(gen: Gen, name: string, given: string): string {
  const choice = gen(fc.nat, { max: 39 });
  if (choice === 0) {
    return '__proto__: ';
  }
  if (choice < 9) {
    return `x${name}: `;
  }

  return given && `y${name}${hash(given)}: `;
}

function argumentsText(gen: Gen, { args }: GraphQLField<unknown, unknown>): string {
  const values: Record<string, string[]> = {
    word: ['"a word"', '$word', '$sure'],
    times: ['3', '$times'],
    color: ['GREEN', '$color', 'null'],
    of: ['{}', '{ a: $times, of: { b: RED } }', 'null'],
    list: ['[1, 2]', '7', '[]'],
  };
  const given = args.flatMap((arg) => {
    const possible =
      arg.name === 'word' && isRequiredArgument(arg) ? ['"a"', '$sure'] : values[arg.name];

    return isRequiredArgument(arg) || gen(fc.boolean)
      ? [`${arg.name}: ${pick(gen, possible ?? [])}`]
      : [];
  });

  return given.length > 0 ? `(${given.join(', ')})` : '';
}

function conditionText(gen: Gen): string {
  return pick(gen, [
    ...Array.from({ length: 12 }, () => ''),
    ' @skip(if: $yes)',
    ' @include(if: $yes)',
    ' @include(if: $maybe)',
    ' @include(if: true)',
    ' @skip(if: true)',
    ' @skip(if: $yes) @include(if: true)',
  ]);
}

function fragmentType(
  gen: Gen,
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
): GraphQLCompositeType {
  const possible: GraphQLCompositeType[] = [
    type,
    ...(isAbstractType(type) ? schema.getPossibleTypes(type) : []),
    ...(isObjectType(type) ? type.getInterfaces() : []),
  ];

  return pick(gen, possible);
}

function pick<Item>(gen: Gen, items: readonly Item[]): Item {
  const item = items[gen(fc.nat, { max: items.length - 1 })];
  if (item === undefined) {
    throw new RangeError('There is nothing to pick.');
  }

  return item;
}

function hash(text: string): number {
  return Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) % 9973, 7);
}
