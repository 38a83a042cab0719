import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { pino } from 'pino';
import { expect, test } from 'vitest';

import { createApp } from '../../src/app.ts';
import { OperatorError } from '../../src/operator-error.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createFolder } from '../support/folder.ts';

const VIEWER = 'query Viewer { viewer { username } }';
const FEED = 'query Feed($first: Int) { notes(first: $first) { nodes { title } } }';

function sha256(text: string): string {
  return hash('sha256', text);
}

function apollo(text: string) {
  return { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } } };
}

function draft(text: string) {
  return { documentId: `sha256:${sha256(text)}` };
}

/** A file of operations; `await using` removes it. */
async function fileOf(content: unknown) {
  const folder = await createFolder();
  const path = join(folder.path, 'operations.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));

  return { path, [Symbol.asyncDispose]: async () => folder[Symbol.asyncDispose]() };
}

/** An application that knows the operations of a file. */
async function appWith(content: unknown, areRequired = false): Promise<TestApp> {
  await using file = await fileOf(content);
  const app = await createTestApp({
    config: { persistedOperations: { file: file.path, areRequired } },
  });

  return app;
}

/** What starting with a file ends in. */
async function failureOf(file: string): Promise<unknown> {
  await using app = await createTestApp();
  const { config, orm } = app;
  const persistedOperations = { file, areRequired: false };
  try {
    return createApp({ config: { ...config, persistedOperations }, orm, log: pino() });
  } catch (error) {
    return error;
  }
}

const files: Record<string, unknown> = {
  'a list of documents': [VIEWER, FEED],
  'documents by their hash': { [sha256(VIEWER)]: VIEWER, [sha256(FEED)]: FEED },
};

test.for(Object.entries(files))('an operation of %s runs by its hash', async ([, content]) => {
  await using app = await appWith(content);

  for (const id of [apollo, draft]) {
    const viewer = await app.client().post(id(VIEWER));
    expect([viewer.data, viewer.errors]).toEqual([{ viewer: null }, []]);
    const feed = await app.client().post({ ...id(FEED), variables: { first: 5 } });
    expect([feed.data, feed.errors]).toEqual([{ notes: { nodes: [] } }, []]);
  }
});

test.each([
  ['another hash', apollo('{ viewer { id } }')],
  ['another id', draft('{ viewer { id } }')],
  ['an id of another kind', { documentId: `x-${sha256(VIEWER)}` }],
  ['an id without its kind', { documentId: sha256(VIEWER) }],
  ['the name of what every object has', { documentId: 'constructor' }],
])('%s is not found', async (_, body) => {
  await using app = await appWith([VIEWER]);
  const { data, errors } = await app.client().post(body);

  expect(data).toBeNull();
  expect(errors.map(({ extensions }) => extensions)).toEqual([
    { code: 'PERSISTED_OPERATION_NOT_FOUND' },
  ]);
});

test.each([
  ['a hash that is none', { extensions: { persistedQuery: { version: 1, sha256Hash: 'abc' } } }],
  ['another version', { extensions: { persistedQuery: { version: 2, sha256Hash: sha256('') } } }],
  ['an id that is no text', { documentId: 1 }],
  ['neither a document nor an id', { operationName: 'Viewer' }],
])('%s is a bad request', async (_, body) => {
  await using app = await appWith([VIEWER]);
  const { status, errors } = await app.client().post(body);

  expect(status).toBe(400);
  expect(errors[0]?.extensions['code']).toBe('BAD_REQUEST');
});

test('without a file, no operation is found by a hash, and every document is let through', async () => {
  await using app = await createTestApp();
  const { errors } = await app.client().post(draft(VIEWER));

  expect(errors[0]?.extensions['code']).toBe('PERSISTED_OPERATION_NOT_FOUND');
  expect((await app.client().query(VIEWER)).errors).toEqual([]);
});

test('[E2] where persisted operations are required, nothing else runs', async () => {
  await using app = await appWith([VIEWER], true);

  for (const body of [
    { query: '{ viewer { username } }' },
    { query: VIEWER },
    { query: VIEWER, ...apollo(VIEWER) },
    { query: '{ __schema { queryType { name } } }', ...draft(VIEWER) },
    { query: '', ...draft(VIEWER) },
    { query: '{ not a document' },
  ]) {
    const { data, errors } = await app.client().post(body);
    expect(data).toBeNull();
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual([
      'PERSISTED_OPERATION_REQUIRED',
    ]);
  }
  expect((await app.client().post(draft(VIEWER))).errors).toEqual([]);
});

test('[E2] a persisted operation is held to the limits of every operation', async () => {
  const text = FEED.replace('{ title }', '{ author { notes { nodes { id } } } }');
  await using app = await appWith([text]);
  const { errors } = await app.client().post({ ...draft(text), variables: { first: 100 } });

  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['OPERATION_TOO_COMPLEX']);
});

test.each<[string, unknown, RegExp]>([
  ['no JSON', '[', /operations\.json/u],
  ['a text', '"a"', /operations\.json/u],
  ['documents that are none', [1], /operations\.json/u],
  ['a document under a wrong hash', { abc: VIEWER }, /abc .*another hash/u],
  ['a syntax error', [VIEWER, 'query Broken {'], /Broken, sha256:[0-9a-f]{64}.*Syntax Error/u],
  ['a field that the schema has not', ['query Old { nobody }'], /Old, .*nobody/u],
  [
    'an operation that is too deep',
    [`query Deep ${'{ a '.repeat(11)}${'}'.repeat(11)}`],
    /Deep, .*depth/u,
  ],
])('a file of %s stops the server with the reason', async (_, content, message) => {
  await using file = await fileOf(content);
  const error = await failureOf(file.path);

  expect(error).toBeInstanceOf(OperatorError);
  expect(error).toHaveProperty('message', expect.stringMatching(message));
});

test('a file that is not there stops the server', async () => {
  const error = await failureOf('nowhere/operations.json');

  expect(error).toBeInstanceOf(OperatorError);
  expect(error).toHaveProperty('message', expect.stringContaining('nowhere/operations.json'));
});
