/** GraphQL over SSE, in its distinct connections mode, by plain requests. */
import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { NOTE_CHANGED, PUBLIC_NOTE_CHANGED } from '../support/stream.ts';

async function post(client: TestClient, query: string, accept: string): Promise<Response> {
  return client.request('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
  });
}

test('a query is a stream of one result for whoever accepts nothing else', async () => {
  await using app = await createTestApp();

  const response = await post(app.client(), '{ viewer { id } }', 'text/event-stream');

  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(await response.text()).toBe(
    'event: next\ndata: {"data":{"viewer":null}}\n\nevent: complete\ndata:\n\n',
  );
});

test('a query is JSON for whoever accepts both', async () => {
  await using app = await createTestApp();

  const response = await post(
    app.client(),
    '{ viewer { id } }',
    'application/json, text/event-stream',
  );

  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
});

test.for([null, '*/*', 'application/json', 'text/*', 'text/event-stream;q=0, application/json'])(
  'a subscription with Accept: %s is a coded 406, and nobody listens',
  async (accept) => {
    await using app = await createTestApp();
    const ada = await app.as(await app.createUser('ada'));

    const { status, errors } = await ada.post(
      { query: NOTE_CHANGED },
      accept === null ? {} : { accept },
    );

    expect(status).toBe(406);
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('text/event-stream'),
        extensions: { code: 'NOT_ACCEPTABLE' },
      },
    ]);
  },
);

const refused: Readonly<Record<string, readonly [query: string, code: string]>> = {
  'a document that is not valid': ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  'two fields': [
    'subscription { noteChanged { __typename } publicNoteChanged { __typename } }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  'a document that cannot be parsed': ['subscription {', 'GRAPHQL_PARSE_FAILED'],
  'a field that needs a login': [NOTE_CHANGED, 'UNAUTHENTICATED'],
  'a document that is too deep': [
    `subscription { publicNoteChanged { ... on NoteSaved { note { ${'author { notes { nodes { '.repeat(4)} id ${'} } }'.repeat(4)} } } } }`,
    'OPERATION_TOO_DEEP',
  ],
  'too many objects for one event': [
    'subscription { publicNoteChanged { ... on NoteSaved { note { author { notes(first: 100) { nodes { author { notes(first: 100) { nodes { id } } } } } } } } } }',
    'OPERATION_TOO_COMPLEX',
  ],
};

test.for(Object.entries(refused))(
  '[F1] %s is refused by one result, and the stream is over',
  async ([, [query, code]]) => {
    await using app = await createTestApp();

    const response = await post(app.client(), query, 'text/event-stream');
    const text = await response.text();

    expect(response.status).toBe(200);
    expect(text).toMatch(/^event: next\ndata: \{"errors":\[.*\]\}\n\nevent: complete\ndata:\n\n$/u);
    expect(text).toContain(`"code":"${code}"`);
  },
);

test('[F1] whoever is refused makes nobody listen', async () => {
  await using app = await createTestApp();
  const response = await post(app.client(), NOTE_CHANGED, 'text/event-stream');
  await response.text();

  expect(app.changes.topics).toEqual([]);
  expect(app.events).toMatchObject([{ type: 'ACCESS_DENIED' }]);
});

test('[A12] [C4] the head of a stream comes at once, with the headers of every answer', async () => {
  await using app = await createTestApp();

  const response = await post(app.client(), PUBLIC_NOTE_CHANGED, 'text/event-stream');
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();

  expect(new TextDecoder().decode(value)).toBe(':\n\n');
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'cache-control': 'no-store',
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'x-request-id': expect.any(String),
    vary: 'Cookie, Origin',
  });
});

test('[C2] a page of another origin cannot open a stream', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  ada.headers['origin'] = 'https://evil.example';

  const response = await post(ada, NOTE_CHANGED, 'text/event-stream');

  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'FORBIDDEN_ORIGIN' } }],
  });
});
