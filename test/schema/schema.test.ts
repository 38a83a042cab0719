import { readFile } from 'node:fs/promises';

import type { GraphQLField } from 'graphql';
import {
  GraphQLNonNull,
  isInterfaceType,
  isObjectType,
  isUnionType,
  parse,
  printSchema as printPlainSchema,
} from 'graphql';
import { expect, test } from 'vitest';

import { printSchema } from '../../src/graphql/print-schema.ts';
import { schema } from '../../src/schema.ts';
import { descriptionsIn } from './descriptions.ts';
import { accessOf, levelOf, rootFields } from './root-fields.ts';

test('the schema is the one in schema.graphql', async () => {
  const kept = await readFile('schema.graphql', 'utf8');

  expect(printSchema(schema), 'Run `npm run schema`, and look at what has changed.').toBe(kept);
});

test('the printed schema can be parsed and ends with one line feed', () => {
  const text = printSchema(schema);

  expect(() => parse(text)).not.toThrow();
  expect(text).toMatch(/[^\n]\n$/u);
});

test('the printed schema tells every default value', () => {
  expect(defaultsIn(printSchema(schema))).toEqual(defaultsIn(printPlainSchema(schema)));
  expect(defaultsIn(printSchema(schema))).toContain('visibility: NoteVisibility! = PRIVATE');
});

test('everything in the schema is described in sentences', () => {
  const descriptions = descriptionsIn(schema);
  const others = [...descriptions].filter(([, text]) => !/^[A-Z0-9].*\.$/su.test(text));

  expect([...descriptions.keys()]).toEqual(
    expect.arrayContaining([
      'Note',
      'Note.title',
      'Query.note(id:)',
      'NoteVisibility.PUBLIC',
      '@public',
    ]),
  );
  expect(others).toEqual([]);
});

test.for(rootFields(schema))(
  '[E4] $coordinate is @public or @authenticated, and says it once',
  ({ field }) => {
    expect(accessOf(field)).toHaveLength(1);
  },
);

test('[E4] the access of every root field stands in schema.graphql', () => {
  const text = printSchema(schema);

  for (const { field } of rootFields(schema)) {
    const level = levelOf(field);
    const directive = ['public', 'authenticated'].includes(level)
      ? `@${level}`
      : String.raw`@authenticated\(${level}: true\)`;
    expect(text).toMatch(
      new RegExp(String.raw`^  ${field.name}\b(?:\([^)]*\))?: \S+ ${directive}$`, 'mu'),
    );
  }
});

/** Mutations that may be told nothing, and cannot fail. */
const withoutInput = new Set(['logout']);

test.for(mutations())(
  'the mutation $name takes one input, and is nullable',
  ({ name, args, type }) => {
    expect(args.map((arg) => arg.name)).toEqual(['input']);
    expect(args.every((arg) => arg.type instanceof GraphQLNonNull)).toBe(!withoutInput.has(name));
    expect(type).not.toBeInstanceOf(GraphQLNonNull);
  },
);

test('[E5] a field that the gate may refuse is nullable, so that its neighbours survive', () => {
  // An operation has one field of Subscription, and it has no neighbours.
  const gated = fieldsOfAllTypes().filter(
    (field) =>
      accessOf(field).includes('authenticated') && !String(field).startsWith('Subscription.'),
  );

  expect(gated.length).toBeGreaterThan(0);
  expect(gated.filter(({ type }) => type instanceof GraphQLNonNull)).toEqual([]);
});

test('[E5] a field whose arguments may be refused is nullable, so that its neighbours survive', () => {
  const withArguments = fieldsOfAllTypes().filter(
    (field) => field.args.length > 0 && !String(field).startsWith('__'),
  );

  expect(withArguments.length).toBeGreaterThan(0);
  expect(withArguments.filter(({ type }) => type instanceof GraphQLNonNull)).toEqual([]);
});

const unions = Object.values(schema.getTypeMap())
  .filter(isUnionType)
  .filter(({ name }) => name.endsWith('Result'));

test('every mutation that can fail answers with a union of its name', () => {
  const names = mutations()
    .filter(({ name }) => !withoutInput.has(name))
    .map(({ name, type }) => [name, String(type)]);

  expect(names).toEqual(
    names.map(([name = '']) => [name, `${name[0]?.toUpperCase()}${name.slice(1)}Result`]),
  );
});

test.for(unions)(
  '$name has one member that is a success, and all others are a UserError',
  (union) => {
    const userError = schema.getType('UserError');
    const failures = union
      .getTypes()
      .filter((type) => type.getInterfaces().some((implemented) => implemented === userError));
    const successes = union.getTypes().filter((type) => !failures.includes(type));

    expect(isInterfaceType(userError)).toBe(true);
    expect(failures.length).toBeGreaterThan(0);
    expect(successes.map(({ name }) => name)).toEqual([union.name.replace(/Result$/u, 'Success')]);
  },
);

function defaultsIn(text: string): string[] {
  return Array.from(text.matchAll(/^ *(\w+: \S+ = .*)$/gmu), ([, definition = '']) => definition);
}

function mutations(): GraphQLField<unknown, unknown>[] {
  return Object.values(schema.getMutationType()?.getFields() ?? {});
}

function fieldsOfAllTypes(): GraphQLField<unknown, unknown>[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .flatMap((type) => Object.values(type.getFields()));
}
