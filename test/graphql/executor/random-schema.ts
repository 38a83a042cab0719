/**
 * A schema that has everything, and values of every kind for its fields: at once, later, null, none, errors. What a
 * field comes to follows from a seed and the place of its object, so that two executors find the same.
 */
import { setImmediate as nextRound } from 'node:timers/promises';

import {
  buildSchema,
  getNamedType,
  getNullableType,
  GraphQLError,
  isInterfaceType,
  isListType,
  isObjectType,
  isUnionType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

const fields = /* GraphQL */ `
  id: ID!
  name: String
  num: Int!
  ratio: Float
  flag: Boolean
  color: Color
  mood: Mood
  moods: [Mood!]
  words: [String]
  matrix: [[Int!]!]
  self: Named
  same: Named!
  a: A
  sureA: A!
  b: B
  c: C
  as: [A]
  sureAs: [A!]!
  grid: [[A!]]
  thing: Thing
  things: [Thing!]
  nameds: [Named]
  streamed: [String!]
  said(word: String = "hello", times: Int! = 2, color: Color = RED, of: Of, list: [Int!]): String
  sure(word: String!): String!
`;

const text = /* GraphQL */ `
  enum Color { RED GREEN }
  scalar Mood
  input Of { a: Int = 1 b: [Color!] = [GREEN] of: Of }
  interface Named { id: ID! name: String num: Int! self: Named sureA: A! things: [Thing!] }
  union Thing = A | B | C
  type A implements Named { ${fields} }
  type B implements Named { ${fields} }
  type C { ${fields} }
  type Query { ${fields} }
  type Mutation { ${fields} }
  type Subscription { event: A many: [Named!] }
`;

/** What an operation is run with. */
export interface RandomContext {
  /** Decides what becomes of every field. */
  readonly seed: number;
}

export function randomSchema(): GraphQLSchema {
  const schema = buildSchema(text);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type) && !type.name.startsWith('__')) {
      for (const field of Object.values(type.getFields())) {
        // Half of the fields have a resolver; the others are properties of their source.
        if (isRoot(type.name) || field.args.length > 0 || chance(0, type.name, field.name) < 0.5) {
          field.resolve = (source, args, { seed }: RandomContext, { fieldName, path }) => {
            const at = isRoot(type.name) ? `root.${path.key}` : `${placeOf(source)}.${path.key}`;

            return outcome(seed, `${at}(${JSON.stringify(args)})`, field.type, fieldName);
          };
        }
      }
    }
  }
  const mood = schema.getType('Mood');
  if (mood && 'coerceOutputValue' in mood) {
    mood.coerceOutputValue = (value: unknown) => {
      const luck = chance(0, String(value));
      if (luck < 0.1) {
        throw new GraphQLError('A bad mood.', { extensions: { code: 'MOOD' } });
      }

      return luck < 0.2 ? null : { mood: value };
    };
  }
  const named = schema.getType('Named');
  if (isInterfaceType(named)) {
    named.resolveType = (value: any, { seed }: RandomContext) => {
      const luck = chance(seed, placeOf(value), 'resolveType');
      if (luck < 0.05) {
        throw new Error('No type.');
      }
      if (luck < 0.1) {
        return ['Unknown', 'C', 'Color', 7 as any, undefined][Math.floor(luck * 100) % 5];
      }
      if (luck < 0.15) {
        return later(() => {
          throw new Error('No type later.');
        });
      }
      const name = value?.__typename;

      return luck < 0.5 ? later(() => name) : name;
    };
  }
  const c = schema.getType('C');
  if (isObjectType(c)) {
    c.isTypeOf = (value: any, { seed }: RandomContext) => {
      const isIt = value?.kind === 'C' && chance(seed, placeOf(value), 'isTypeOf') > 0.1;

      return chance(seed, placeOf(value), 'when') < 0.5 ? isIt : later(() => isIt);
    };
  }

  return schema;
}

/** The root value for an event of a subscription. */
export function randomEvent(seed: number): object {
  return new Source(seed, 'event', 'A');
}

function isRoot(name: string): boolean {
  return name === 'Query' || name === 'Mutation' || name === 'Subscription';
}

/** Things without a name of their type are found by `isTypeOf`. */
class Source {
  readonly #seed: number;
  readonly place: string;
  readonly kind: string;

  constructor(seed: number, place: string, kind: string) {
    this.#seed = seed;
    this.place = place;
    this.kind = kind;
  }

  get __typename(): unknown {
    return this.kind === 'C' ? undefined : this.kind;
  }

  static {
    for (const name of Object.keys((buildSchema(text).getType('A') as any).getFields())) {
      Object.defineProperty(this.prototype, name, {
        get(this: Source) {
          const { type } = (schemaOfTypes.getType('A') as any).getFields()[name];
          const value = (): unknown => outcome(this.#seed, `${this.place}.${name}`, type, name);

          return chance(this.#seed, this.place, name, 'method') < 0.1 ? value : value();
        },
      });
    }
  }
}

const schemaOfTypes = buildSchema(text);

function placeOf(source: any): string {
  return source instanceof Source ? source.place : 'nowhere';
}

/** What a resolver gives, throws, or promises. */
function outcome(seed: number, place: string, type: GraphQLOutputType, name: string): unknown {
  // From a seed with hardly any errors to one where most things fail.
  const luck = chance(seed, place) / ([0.2, 1, 2, 3][seed % 4] ?? 1);
  function make(): unknown {
    if (luck < 0.04) {
      throw new Error(`Thrown at ${place}`);
    }
    if (luck < 0.06) {
      throw new GraphQLError('Refused.', { extensions: { code: 'REFUSED' } });
    }
    if (luck < 0.07) {
      // oxlint-disable-next-line typescript/only-throw-error -- a resolver may
      throw `a text at ${place}`;
    }
    if (luck < 0.09) {
      return new TypeError(`Returned at ${place}`);
    }
    if (luck < 0.14) {
      return chance(seed, place, 'null') < 0.5 ? null : undefined;
    }
    if (luck < 0.16) {
      return chance(seed, place, 'odd') < 0.5 ? { odd: true } : 'odd';
    }

    return valueOf(seed, place, type, name);
  }
  const when = chance(seed, place, 'when');
  if (when < 0.6) {
    return make();
  }

  return when < 0.95
    ? later(make)
    : // oxlint-disable-next-line unicorn/no-thenable -- of another library than Promise
      { then: (resolve: any, reject: any) => later(make).then(resolve, reject) };
}

function valueOf(seed: number, place: string, type: GraphQLOutputType, name: string): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const length = Math.floor(chance(seed, place, 'length') * 6);
    const items = Array.from({ length }, (_, index) =>
      item(seed, `${place}.${index}`, nullable.ofType, name),
    );
    if (name === 'streamed') {
      return streamOf(
        items.filter((one) => !(one instanceof Promise)),
        chance(seed, place, 'end'),
      );
    }

    return chance(seed, place, 'set') < 0.2 ? new Set(items) : items;
  }
  const named = getNamedType(type);
  if (isObjectType(named)) {
    return new Source(seed, place, named.name);
  }
  if (isUnionType(named) || isInterfaceType(named)) {
    const kinds = isUnionType(named) ? ['A', 'B', 'C'] : ['A', 'B'];

    return new Source(
      seed,
      place,
      kinds[Math.floor(chance(seed, place, 'kind') * kinds.length)] ?? 'A',
    );
  }
  const values: Record<string, unknown> = {
    ID: place,
    String: place,
    Int: 7,
    Float: 0.5,
    Boolean: true,
    Color: chance(seed, place, 'color') < 0.9 ? 'RED' : 'BLUE',
    Mood: place,
  };

  return values[named.name];
}

function item(seed: number, place: string, type: GraphQLOutputType, name: string): unknown {
  try {
    return outcome(seed, place, type, name);
  } catch (error) {
    return error instanceof Error ? error : null;
  }
}

async function* streamOf(items: unknown[], end: number): AsyncGenerator {
  for (const one of items) {
    await later(() => {});
    yield one;
  }
  await later(() => {});
  if (end < 0.2) {
    throw new Error('The stream breaks.');
  }
}

let last: Promise<void> = Promise.resolve();

/**
 * One after the other, each in a round of its own: which of two errors comes first is not for the executor to say.
 * Nobody has to look at the promise: what failed already is let go of.
 */
function later<T>(make: () => T): Promise<T> {
  const turn = last.then(nextRound);
  last = turn;
  const promise = turn.then(make);
  promise.catch(() => {});

  return promise;
}

/** A number from 0 to 1 that follows from what it is given. */
function chance(seed: number, ...names: string[]): number {
  let hash = seed | 0;
  for (const character of names.join('|')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);

  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
