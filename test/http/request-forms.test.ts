import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import { storedNotes } from '../support/notes.ts';

const operation = { query: 'mutation { createNote(input: { title: "Shopping" }) { __typename } }' };
const json = JSON.stringify(operation);
const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: json };

function as(contentType: string | null, body: BodyInit = json): RequestInit {
  return { method: 'POST', headers: contentType ? { 'content-type': contentType } : {}, body };
}

function encoded(contentEncoding: string, body: BodyInit = json): RequestInit {
  return { ...post, headers: { ...post.headers, 'content-encoding': contentEncoding }, body };
}

const parts = new FormData();
parts.set('operations', json);
parts.set('map', '{}');

async function gzipped(): Promise<ArrayBuffer> {
  const stream = new Blob([json]).stream().pipeThrough(new CompressionStream('gzip'));

  return new Response(stream).arrayBuffer();
}

const refused: Record<string, readonly [status: number, code: string, init: RequestInit]> = {
  'a GET': [405, 'METHOD_NOT_ALLOWED', { method: 'GET' }],
  'a HEAD': [405, 'METHOD_NOT_ALLOWED', { method: 'HEAD' }],
  'a PUT': [405, 'METHOD_NOT_ALLOWED', { ...post, method: 'PUT' }],
  'a PATCH': [405, 'METHOD_NOT_ALLOWED', { ...post, method: 'PATCH' }],
  'a DELETE': [405, 'METHOD_NOT_ALLOWED', { ...post, method: 'DELETE' }],
  'an OPTIONS': [405, 'METHOD_NOT_ALLOWED', { method: 'OPTIONS' }],
  'a QUERY': [405, 'METHOD_NOT_ALLOWED', { ...post, method: 'QUERY' }],
  'a form': [415, 'UNSUPPORTED_MEDIA_TYPE', as(null, new URLSearchParams(operation))],
  'a form of parts': [415, 'UNSUPPORTED_MEDIA_TYPE', as(null, parts)],
  'plain text': [415, 'UNSUPPORTED_MEDIA_TYPE', as('text/plain')],
  'no content type': [415, 'UNSUPPORTED_MEDIA_TYPE', as(null, new TextEncoder().encode(json))],
  'an empty content type': [415, 'UNSUPPORTED_MEDIA_TYPE', as('')],
  'application/graphql': [
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    as('application/graphql', operation.query),
  ],
  'the media type of answers': [
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    as('application/graphql-response+json'),
  ],
  'a list of content types': [415, 'UNSUPPORTED_MEDIA_TYPE', as('text/plain, application/json')],
  'JSON in the parameter of a form': [
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    as('text/plain; application/json'),
  ],
  'JSON lines': [415, 'UNSUPPORTED_MEDIA_TYPE', as('application/jsonl')],
  'charset utf-16': [415, 'UNSUPPORTED_MEDIA_TYPE', as('application/json; charset=utf-16')],
  'charset iso-8859-1': [415, 'UNSUPPORTED_MEDIA_TYPE', as('application/json;charset=iso-8859-1')],
  'a compressed body': [415, 'UNSUPPORTED_MEDIA_TYPE', encoded('gzip', await gzipped())],
  'a body that says it is compressed': [415, 'UNSUPPORTED_MEDIA_TYPE', encoded('br')],
  'an encoding that nobody knows': [415, 'UNSUPPORTED_MEDIA_TYPE', encoded('rot13')],
};

test.for(Object.entries(refused))(
  '[C1] %s is refused, and does nothing',
  async ([, [status, code, init]]) => {
    await using app = await createTestApp();
    const ada = await app.as(await app.createUser('ada'));
    let response = new Response();

    const statements = await app.statementsOf(async () => {
      response = await ada.request(`/graphql?query=${encodeURIComponent(operation.query)}`, init);
    });

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(statements).toEqual([]);
    expect(await storedNotes(app)).toEqual([]);
  },
);

test('[C1] a refusal says what is accepted', async () => {
  await using app = await createTestApp({ config: { graphiql: false } });
  const client = app.client();

  expect((await client.request('/graphql')).headers.get('allow')).toBe('POST');
  expect((await client.request('/graphql', as('text/plain'))).headers.get('accept')).toBe(
    'application/json',
  );
  expect((await client.request('/graphql', encoded('gzip'))).headers.get('accept-encoding')).toBe(
    'identity',
  );
});

const accepted: Record<string, RequestInit> = {
  'application/json': as('application/json'),
  'in capital letters': as('Application/JSON'),
  'with a charset': as('application/json; charset=utf-8'),
  'with a charset in quotes and capitals': as('application/json;charset="UTF-8"'),
  'with another parameter': as('application/json; profile=x'),
  'as it is': encoded('identity'),
};

test.for(Object.entries(accepted))('[C1] JSON is accepted: %s', async ([, init]) => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  const response = await ada.request('/graphql', init);

  expect(await response.json()).toEqual({
    data: { createNote: { __typename: 'CreateNoteSuccess' } },
  });
  expect(await storedNotes(app)).toHaveLength(1);
});

test('[C1] a page that a browser asks for runs no operation', async () => {
  await using app = await createTestApp({ config: { graphiql: true } });
  const ada = await app.as(await app.createUser('ada'));

  const response = await ada.request(`/graphql?query=${encodeURIComponent(operation.query)}`, {
    headers: { accept: 'text/html' },
  });

  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/html/u);
  expect(await response.text()).not.toContain('createNote(input: { title: "Shopping"');
  expect(await storedNotes(app)).toEqual([]);
});
