import { buildSchema, getIntrospectionQuery, parse } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { expect, test } from 'vitest';

import { checkDocument } from '../../../src/graphql/limits/check-size.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';

/** A chain of fragments, each of which spreads the next one several times. */
function spreads(levels: number, times: number, leaf: string, on = 'Query'): string {
  const fragments = Array.from(
    { length: levels },
    (_, level) => `fragment F${level} on ${on} { ${`...F${level + 1} `.repeat(times)} }`,
  );

  return `${fragments.join(' ')} fragment F${levels} on ${on} { ${leaf} }`;
}

/** `author { notes { nodes { author { ... } } } }`, so many fields deep. */
function chain(depth: number, leaf = '__typename'): string {
  const names = ['author', 'notes(first: 1)', 'nodes'];

  return depth <= 1
    ? leaf
    : Array.from({ length: depth - 1 }, (_, level) => names[level % 3] ?? '').reduceRight(
        (inner, name) => `${name} { ${inner} }`,
        leaf,
      );
}

function aliases(count: number, field = '__typename'): string {
  return Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ');
}

async function refusalOf(app: TestApp, query: string, variables: Record<string, unknown> = {}) {
  const answer = await app.client().query(query, variables);
  const statements = await app.statementsOf(async () => app.client().query(query, variables));
  expect(statements).toEqual([]);
  expect(answer.data).toBeNull();

  return answer.errors.map(({ extensions }) => extensions);
}

const refused: Record<string, readonly [code: string, limit: number, actual: number, string]> = {
  'a document of too many bytes': [
    'DOCUMENT_TOO_LARGE',
    32_000,
    32_001,
    `{ viewer { id } } #${'é'.repeat(15_990)}a`.padEnd(16_011, '.'),
  ],
  'too many tokens': ['TOO_MANY_TOKENS', 1000, 1001, `{ ${'id '.repeat(999)}}`],
  'too many tokens in front of a syntax error': [
    'TOO_MANY_TOKENS',
    1000,
    1002,
    `{ ${'id '.repeat(1000)}(`,
  ],
  'a pile of brackets': ['TOO_MANY_TOKENS', 1000, 30_000, '{'.repeat(30_000)],
  'a pile of lists in a value': [
    'TOO_MANY_TOKENS',
    1000,
    30_005,
    `{ note(id: ${'['.repeat(30_000)}`,
  ],
  'fields too deep': ['OPERATION_TOO_DEEP', 10, 11, `{ note(id: 1) { ${chain(10)} } }`],
  'fields too deep in fragments': [
    'OPERATION_TOO_DEEP',
    10,
    11,
    `{ note(id: 1) { ...A } } fragment A on Note { ${chain(4, '...B')} }
     fragment B on Note { ... on Note { ... { ${chain(7)} } } }`,
  ],
  'fields too deep in the second operation': [
    'OPERATION_TOO_DEEP',
    10,
    11,
    `query A { viewer { id } } query B { note(id: 1) { ${chain(10)} } }`,
  ],
  'too many aliases': ['TOO_MANY_ALIASES', 15, 16, `{ ${aliases(16)} }`],
  'too many aliases in fragments': [
    'TOO_MANY_ALIASES',
    15,
    16,
    `{ ...F0 } ${spreads(3, 2, aliases(2))}`,
  ],
  'too many aliases in introspection': [
    'TOO_MANY_ALIASES',
    15,
    16,
    `{ __schema { ${aliases(16, 'types { name }')} } }`,
  ],
  'too many directives': [
    'TOO_MANY_DIRECTIVES',
    10,
    11,
    `query ($a: Boolean! = true) { ${'... @include(if: $a) { __typename } '.repeat(11)} }`,
  ],
  'too many directives in fragments': [
    'TOO_MANY_DIRECTIVES',
    10,
    16,
    `{ ...F0 } ${spreads(4, 2, '__typename @skip(if: true)')}`,
  ],
  'introspection too deep': [
    'INTROSPECTION_TOO_DEEP',
    15,
    16,
    `{ __type(name: "Note") { ${'ofType { '.repeat(14)} name ${'} '.repeat(14)} } }`,
  ],
  'introspection again and again': [
    'OPERATION_TOO_COMPLEX',
    1000,
    1200,
    '{ a: __schema { queryType { name } } b: __schema { queryType { name } } __type(name: "Note") { name } }',
  ],
  'pages in pages': [
    'OPERATION_TOO_COMPLEX',
    1000,
    10_301,
    '{ notes(first: 100) { nodes { author { notes(last: 100) { nodes { id } } } } } }',
  ],
  'pages of the usual size in pages': [
    'OPERATION_TOO_COMPLEX',
    1000,
    1261,
    '{ notes { nodes { author { notes { edges { node { author { id } } } } } } } }',
  ],
  'nested fragments, 2 to the power of 30': [
    'TOO_MANY_ALIASES',
    15,
    2 ** 30,
    `{ ...F0 } ${spreads(30, 2, 'a: __typename')}`,
  ],
  'nested pages in fragments, 2 to the power of 30': [
    'OPERATION_TOO_COMPLEX',
    1000,
    2 ** 30,
    `{ ...F0 } ${spreads(30, 2, 'viewer { id }')}`,
  ],
};

test.for(Object.entries(refused))(
  '[E2] %s: refused with the limit and what it came to, without a query',
  async ([, [code, limit, actual, query]]) => {
    await using app = await createTestApp();

    expect(await refusalOf(app, query)).toContainEqual({ code, limit, actual });
  },
);

const PAGES = 'notes(first: $first) { nodes { author { notes(last: $last) { nodes { id } } } } }';

test.each([
  ['variables', 'query ($first: Int, $last: Int)', { first: 100, last: 100 }, 10_301],
  ['the defaults of variables', 'query ($first: Int = 100, $last: Int = 50)', {}, 5301],
  ['a variable over its default', 'query ($first: Int = 1, $last: Int)', { first: 100 }, 2301],
  ['sizes that no page has', 'query ($first: Int, $last: Int)', { first: 1e9, last: -1 }, 10_301],
])('[E2] pages of a size in %s count as large as they are', async (_, head, variables, actual) => {
  await using app = await createTestApp();
  const query = `${head} { ${PAGES} }`;

  expect(await refusalOf(app, query, variables)).toEqual([
    { code: 'OPERATION_TOO_COMPLEX', limit: 1000, actual },
  ]);
});

test('[E2] the same document is let through with small pages, and refused with large ones', async () => {
  await using app = await createTestApp();
  const query = `query ($first: Int, $last: Int) { ${PAGES} }`;

  for (const [first, last, expected] of [
    [1, 1, 0],
    [100, 100, 1],
    [20, 20, 0],
    [20, 100, 1],
    [20, 20, 0],
    [100, 20, 1],
  ] as const) {
    const { errors } = await app.client().query(query, { first, last });
    expect(errors).toHaveLength(expected);
  }
});

const allowed: Record<string, string> = {
  'a document of as many bytes as allowed': '{ viewer { id } } #'.padEnd(32_000, '.'),
  'as deep as allowed': `{ note(id: 1) { ${chain(9)} } }`,
  'as many aliases as allowed': `{ ${aliases(15)} }`,
  'as many directives as allowed': `{ ${'__typename @skip(if: true) '.repeat(5)} ${'... @include(if: true) { __typename } '.repeat(5)} }`,
  'a large page with authors':
    '{ notes(first: 100) { edges { node { id author { username } } } } }',
  'nested fragments without an alias, a directive or an object': `{ ...F0 } ${spreads(30, 2, '__typename')}`,
};

test.for(Object.entries(allowed))('[E2] %s: let through', async ([, query]) => {
  await using app = await createTestApp();

  expect((await app.client().query(query)).errors).toEqual([]);
});

test('[E2] as many tokens as allowed: let through', async () => {
  await using app = await createTestApp();
  const operations = Array.from({ length: 125 }, (_, index) => `query A${index} { viewer { id } }`);
  const query = operations.join(' ');
  const { errors } = await app.client().post({ query, operationName: 'A7' });

  expect(parse(query).tokenCount).toBe(1000);
  expect(errors).toEqual([]);
});

test('[E2] a field that is repeated too often to be compared with itself is refused', async () => {
  await using app = await createTestApp();

  expect(await refusalOf(app, `{ viewer { ${'id '.repeat(995)}} }`)).toEqual([
    { code: 'GRAPHQL_VALIDATION_FAILED' },
  ]);
});

const introspection = {
  schemaDescription: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  inputValueDeprecation: true,
  oneOf: true,
};

test('[E2] introspection with all its options is let through', async () => {
  await using app = await createTestApp();
  const { data, errors } = await app.client().query(getIntrospectionQuery(introspection));

  expect(errors).toEqual([]);
  expect(data.__schema.types.length).toBeGreaterThan(50);
});

test('[E2] fragments that spread each other in a circle are refused at once', async () => {
  await using app = await createTestApp();
  const circle =
    '{ ...A } fragment A on Query { node(id: 1) { ...B } ...A } fragment B on Node { ...C } fragment C on Node { ...B }';

  expect(await refusalOf(app, circle)).toContainEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
});

test('[E2] fragments nested 2 to the power of 30 are measured in a moment', () => {
  const document = parse(`{ ...F0 } ${spreads(30, 2, 'a: b @c { d }')}`);
  const limits = { depth: 1, introspectionDepth: 1, aliases: 1, directives: 1 };
  const start = performance.now();
  const errors = checkDocument(buildSchema('type Query { b: Query }'), document, limits);

  expect(errors.map(({ extensions }) => extensions['actual'])).toEqual([2, 2 ** 30, 2 ** 30]);
  expect(performance.now() - start).toBeLessThan(1000);
});

test('[E2] every limit is a setting', async () => {
  await using usual = await createTestApp();
  const least = {
    size: 50,
    tokens: 10,
    depth: 1,
    introspectionDepth: 1,
    aliases: 0,
    directives: 0,
    complexity: 1,
    errors: 2,
  };
  await using app = await createTestApp({
    config: { operationLimits: { ...usual.config.operationLimits, ...least } },
  });

  for (const [code, query] of [
    ['DOCUMENT_TOO_LARGE', '#'.repeat(51)],
    ['TOO_MANY_TOKENS', '{ a b c d e f g h i }'],
    ['OPERATION_TOO_DEEP', '{ viewer { id } }'],
    ['INTROSPECTION_TOO_DEEP', '{ __schema { types { name } } }'],
    ['TOO_MANY_ALIASES', '{ a: __typename }'],
    ['TOO_MANY_DIRECTIVES', '{ __typename @skip(if: true) }'],
  ] as const) {
    expect((await refusalOf(app, query)).map((extensions) => extensions['code'])).toEqual([code]);
  }
});

test('[E2] an answer has ten errors at most, and the last one says how many there are', async () => {
  await using app = await createTestApp();
  const fields = aliases(15, 'createNote(input: { title: "a" }) { __typename }');
  const { errors } = await app.client().query(`mutation { ${fields} }`);

  expect(errors).toHaveLength(10);
  expect(errors.at(-1)?.extensions).toEqual({ code: 'TOO_MANY_ERRORS', limit: 10, actual: 15 });
});

test('[E2] a document with a hundred mistakes is told of ten', async () => {
  await using app = await createTestApp();
  const fields = Array.from({ length: 100 }, (_, index) => `unknown${index}`);
  const { errors } = await app.client().query(`{ ${fields.join(' ')} }`);

  expect(errors).toHaveLength(10);
  expect(new Set(errors.map(({ extensions }) => extensions['code']))).toEqual(
    new Set(['GRAPHQL_VALIDATION_FAILED']),
  );
});

test('[E2] variables with a hundred mistakes are told of ten', async () => {
  await using app = await createTestApp();
  const input = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x${index}`, index]));
  const { errors } = await app
    .client()
    .query('mutation ($input: LoginInput!) { login(input: $input) { __typename } }', { input });

  expect(errors).toHaveLength(10);
});

test('[E2] texts that aliases and pages repeat make an answer of a bounded size', async () => {
  await using usual = await createTestApp();
  const operationLimits = { ...usual.config.operationLimits, answerSize: 100_000 };
  await using app = await createTestApp({ config: { operationLimits } });
  const ada = await app.as(await app.createUser('ada'));
  await ada.query(
    'mutation ($body: String!) { createNote(input: { title: "a", body: $body }) { __typename } }',
    { body: 'x'.repeat(20_000) },
  );
  const [within, beyond] = await Promise.all(
    [5, 6].map(async (count) =>
      ada.query(`{ viewer { notes { nodes { ${aliases(count, 'body')} } } } }`),
    ),
  );

  expect(within?.errors).toEqual([]);
  expect(beyond).toMatchObject({ status: 200, data: null });
  expect(beyond?.errors).toMatchObject([
    { extensions: { code: 'ANSWER_TOO_LARGE', limit: 100_000 } },
  ]);
});

test('[E2] the same holds for an answer that a plugin has put in the place of another', async () => {
  await using usual = await createTestApp();
  const operationLimits = { ...usual.config.operationLimits, answerSize: 100 };
  const other: Plugin = {
    onExecute: () => ({
      onExecuteDone: ({ result, setResult }) =>
        setResult({ ...result, data: { viewer: 'x'.repeat(101) } }),
    }),
  };
  await using app = await createTestApp({ config: { operationLimits }, plugins: [other] });
  const { data, errors } = await app.client().query('{ viewer { id } }');

  expect(data).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'ANSWER_TOO_LARGE', limit: 100 } }]);
});
