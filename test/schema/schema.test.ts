import { readFile } from 'node:fs/promises';

import type { GraphQLField } from 'graphql';
import {
  GraphQLNonNull,
  isInterfaceType,
  isUnionType,
  parse,
  printSchema as printPlainSchema,
} from 'graphql';
import { expect, test } from 'vitest';

import { printSchema } from '../../src/graphql/print-schema.ts';
import { schema } from '../../src/schema.ts';
import { descriptionsIn } from './descriptions.ts';
import {
  accessOf,
  directivesOf,
  gatedFields,
  rootFields,
  type FieldOfType,
} from './root-fields.ts';

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
    expect(directivesOf(field)).toHaveLength(1);
  },
);

test('[E4] the access of every field stands in schema.graphql', () => {
  const text = printSchema(schema);

  for (const access of [...rootFields(schema), ...gatedFields(schema)]) {
    expect(text).toMatch(
      new RegExp(
        String.raw`^  ${access.field.name}\b(?:\([^)]*\))?: \S+ ${directiveOf(access)}$`,
        'mu',
      ),
    );
  }
  expect(text).toContain(': DeleteAccountResult @authenticated(fresh: true)\n');
});

/** Mutations that are about the session as it is, and need not be told anything. */
const withOptionalInput = new Set(['logout']);

test.for(mutations())(
  'the mutation $name takes one input, and is nullable',
  ({ name, args, type }) => {
    expect(args.map((arg) => arg.name)).toEqual(['input']);
    expect(args.every((arg) => arg.type instanceof GraphQLNonNull)).toBe(
      !withOptionalInput.has(name),
    );
    expect(type).not.toBeInstanceOf(GraphQLNonNull);
  },
);

test('[E5] a field that the gate may refuse is nullable, so that its neighbours survive', () => {
  const gated = [...rootFields(schema), ...gatedFields(schema)].filter(
    (access) => accessOf(access).isGated,
  );

  expect(gated.length).toBeGreaterThan(0);
  expect(gated.filter(({ field }) => field.type instanceof GraphQLNonNull)).toEqual([]);
});

const unions = Object.values(schema.getTypeMap()).filter(isUnionType);

test('every mutation that can fail answers with a union of its name', () => {
  const names = mutations()
    .filter(({ name }) => !withOptionalInput.has(name))
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

/** As it is printed, with brackets and all escaped. */
function directiveOf(field: FieldOfType): string {
  const { isGated, session, fresh } = accessOf(field);
  if (!isGated) {
    return '@public';
  }
  const argument = fresh ? 'fresh' : 'session';

  return `@authenticated${session ? String.raw`\(${argument}: true\)` : ''}`;
}
