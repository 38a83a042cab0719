import * as fc from 'fast-check';
import { getNamedType, isCompositeType, isInputObjectType, type GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';

import { schema } from '../../src/schema.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { storeNotes } from '../support/notes.ts';

/** A few seconds of random requests: enough to find what every change might break. */
const runs = { numRuns: 300, interruptAfterTimeLimit: 6000, markInterruptAsFailure: false };

/** Stacks, paths, statements, hashes, and the things that tests put in. */
const leaks =
  /\bat \S+ \(|node_modules|\.ts:|\/work|\/tmp|\b(?:select|insert|update) .* (?:from|into|set)\b|argon2|SQLITE|TypeError/iu;

async function appWithNotes() {
  const app = await createTestApp();
  const ada = await app.createUser('ada');
  await storeNotes(app, ada, [{ title: 'private' }, { title: 'public', visibility: 'PUBLIC' }]);

  return { app, clients: [app.client(), await app.as(ada)] as const };
}

async function expectGoodAnswer(app: TestApp, response: Response): Promise<void> {
  const text = await response.text();
  expect(response.status).toBeLessThan(500);
  expect(text).not.toMatch(leaks);
  expect(text).not.toContain(PASSWORD);
  expect(text).not.toContain(app.config.session.secrets[0]);
  const { errors = [] } = JSON.parse(text) as { errors?: { extensions?: { code?: string } }[] };
  expect(errors.length).toBeLessThanOrEqual(10);
  expect(errors.map(({ extensions }) => extensions?.code ?? 'NONE')).not.toContain('NONE');
  expect(errors.map(({ extensions }) => extensions?.code)).not.toContain('INTERNAL_SERVER_ERROR');
}

async function expectAlive(app: TestApp): Promise<void> {
  const { data } = await app.client().query('{ notes { nodes { title } } }');
  expect(data).toEqual({ notes: { nodes: [{ title: 'public' }] } });
}

function postOf(body: string): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body };
}

/** Names that mean something here, and names that mean something to JavaScript. */
const name = fc.oneof(
  fc.constantFrom(...namesOf(schema)),
  fc.constantFrom('__proto__', 'constructor', 'toString', '__typename', '__schema', '__type', 'a'),
);

function namesOf(graph: GraphQLSchema): string[] {
  const types = Object.values(graph.getTypeMap());
  const fields = types.flatMap((type) =>
    isCompositeType(type) && 'getFields' in type ? Object.values(type.getFields()) : [],
  );
  const inputs = types.flatMap((type) =>
    isInputObjectType(type) ? Object.keys(type.getFields()) : [],
  );
  const named = fields.flatMap((field) => [field.name, getNamedType(field.type).name]);

  return [
    ...new Set([...named, ...fields.flatMap(({ args }) => args.map((arg) => arg.name)), ...inputs]),
  ];
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constant('\0'),
  fc.constant('\u{d800}'),
);
const json = fc.jsonValue({ maxDepth: 4 });

/** Selections of any fields: few are valid, most are nearly so. */
const { selections } = fc.letrec<{ selections: string; value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(
      fc.integer().map(String),
      text.map((value) => JSON.stringify(value)),
      fc.constantFrom('null', 'true', '$a', '$b', 'ENUM', '1e999', '"""block"""'),
    ),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => `[${values.join(' ')}]`),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }).map((fields) => argumentsOf(fields, '{}')),
  ),
  selections: fc
    .array(
      fc
        .record({
          alias: fc.option(name, { freq: 8 }),
          field: name,
          args: fc.dictionary(name, tie('value'), { maxKeys: 2 }),
          directive: fc.option(
            fc.constantFrom('@skip(if: $a)', '@include(if: true)', '@defer', '@x'),
          ),
          inner: fc.option(tie('selections'), { maxDepth: 5 }),
          form: fc.constantFrom('field', 'field', 'field', 'field', 'inline', 'spread'),
        })
        .map(({ alias, field, args, directive, inner, form }) => {
          const tail = `${directive ?? ''} ${inner ?? ''}`;
          if (form === 'spread') {
            return `...${field} ${directive ?? ''}`;
          }

          return form === 'inline'
            ? `... on ${field} ${directive ?? ''} ${inner ?? '{ id }'}`
            : `${alias === null ? '' : `${alias}: `}${field}${argumentsOf(args, '()')} ${tail}`;
        }),
      { minLength: 1, maxLength: 4 },
    )
    .map((items) => `{ ${items.join(' ')} }`),
}));

function argumentsOf(fields: Record<string, string>, [open, close]: string): string {
  const items = Object.entries(fields).map(([key, value]) => `${key}: ${value}`);

  return items.length === 0 && open === '(' ? '' : `${open}${items.join(' ')}${close}`;
}

const document = fc
  .record({
    type: fc.constantFrom('query', 'mutation', 'subscription'),
    head: fc.constantFrom(
      '',
      '($a: Boolean = true, $b: Int)',
      '($b: [CreateNoteInput!])',
      '($a: X)',
    ),
    selections,
    fragments: fc.array(fc.tuple(name, name, selections), { maxLength: 2 }),
  })
  .map(({ type, head, selections: own, fragments }) =>
    [
      `${type} Random${head} ${own}`,
      ...fragments.map(([fragment, on, inner]) => `fragment ${fragment} on ${on} ${inner}`),
    ].join('\n'),
  );

test('[E6] random operations are answered without a 5xx, a stack, a path or a secret', async () => {
  const { app, clients } = await appWithNotes();
  await using _ = app;
  const variables = fc.dictionary(fc.oneof(name, fc.constantFrom('a', 'b')), json, { maxKeys: 3 });

  await fc.assert(
    fc.asyncProperty(document, variables, async (query, values) => {
      for (const client of clients) {
        const body = JSON.stringify({ query, variables: values });
        await expectGoodAnswer(app, await client.request('/graphql', postOf(body)));
      }
    }),
    runs,
  );
  await expectAlive(app);
});

test('[E6] random values of inputs are answered without a 5xx, a stack, a path or a secret', async () => {
  const { app, clients } = await appWithNotes();
  await using _ = app;
  const operations = [
    'mutation ($v: CreateNoteInput!) { createNote(input: $v) { __typename ... on UserError { message } } }',
    'mutation ($v: UpdateNoteInput!) { updateNote(input: $v) { __typename ... on UserError { message } } }',
    'query ($v: ID!) { node(id: $v) { id } note(id: $v) { title } }',
    'query ($v: Int) { notes(first: $v) { nodes { id } } }',
    'query ($v: String) { notes(after: $v, last: 3) { nodes { id } } }',
  ];
  const value = fc.oneof(
    json,
    text,
    fc.record(
      {
        title: fc.oneof(text, json),
        body: text,
        id: text,
        expectedVersion: fc.oneof(fc.integer(), json),
      },
      { requiredKeys: [] },
    ),
  );

  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...operations), value, async (query, v) => {
      for (const client of clients) {
        const body = JSON.stringify({ query, variables: { v } });
        await expectGoodAnswer(app, await client.request('/graphql', postOf(body)));
      }
    }),
    runs,
  );
  await expectAlive(app);
});

test('[E6] random bodies are answered without a 5xx, a stack, a path or a secret', async () => {
  const { app, clients } = await appWithNotes();
  await using _ = app;
  const params = fc.record(
    {
      query: fc.oneof(document, json),
      documentId: fc.oneof(text, json),
      operationName: json,
      variables: json,
      extensions: fc.oneof(json, fc.record({ persistedQuery: json })),
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    params.map((value) => JSON.stringify(value)),
    fc.json(),
    text,
    fc
      .tuple(fc.constantFrom('[', '{"a":', '"', '{"query":"{', '{"variables":['), fc.nat(30_000))
      .map(([unit, times]) => unit.repeat(times)),
  );

  await fc.assert(
    fc.asyncProperty(body, async (content) => {
      await expectGoodAnswer(app, await clients[0].request('/graphql', postOf(content)));
    }),
    runs,
  );
  await expectAlive(app);
});
