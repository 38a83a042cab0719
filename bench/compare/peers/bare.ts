/** The limit: Node's own server, prepared statements, and JSON by hand. It knows no GraphQL. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import * as store from './store.ts';

type Reply = Record<string, unknown>;

const operations: Record<string, (context: Context) => Promise<Reply> | Reply> = {
  Viewer: ({ viewer }) => ({
    data: {
      viewer: viewer && { id: store.globalId('User', viewer.id), username: viewer.username },
    },
  }),
  OwnNotes: ({ viewer, variables }) => {
    const page = viewer && store.pageOfOwn(viewer, variables);
    const edges = page?.edges.map(({ cursor, node: { title, body, visibility, ...node } }) => ({
      cursor,
      node: { ...identity(node), title, body, visibility, createdAt: moment(node.created_at) },
    }));

    return { data: { viewer: page && { notes: { ...page, edges } } } };
  },
  Feed: ({ variables }) => {
    const page = store.pageOfPublic(variables);
    const edges = page.edges.map(({ node: { title, ...node } }) => ({
      node: {
        ...identity(node),
        title,
        createdAt: moment(node.created_at),
        author: { username: store.findUser(node.author_id)?.username },
      },
    }));

    return { data: { notes: { ...page, edges } } };
  },
  CreateNote: ({ viewer, variables }) => {
    if (!viewer) {
      return {
        data: { createNote: null },
        errors: [{ message: 'Log in first.', extensions: { code: 'UNAUTHENTICATED' } }],
      };
    }
    const { title, body, visibility } = store.createNote(viewer, variables.input);

    return { data: { createNote: { note: { title, body, visibility } } } };
  },
  Login: async ({ variables: { input }, response }) => {
    const found = await store.login(input.username, input.password);
    if (found) {
      response.setHeader('set-cookie', found.cookie);
    }

    return { data: { login: found && { viewer: { username: found.user.username } } } };
  },
};

interface Context {
  readonly viewer: store.User | null;
  readonly variables: any;
  readonly response: ServerResponse;
}

createServer((request, response) => {
  void answer(request, response);
}).listen(Number(process.env['PORT']), '127.0.0.1');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  if (request.method !== 'POST') {
    response.writeHead(405).end();
    return;
  }
  const { operationName, variables } = JSON.parse(Buffer.concat(chunks).toString());
  const viewer = store.findViewer(request.headers.cookie);
  const result = await operations[operationName]!({ viewer, variables, response });
  const text = JSON.stringify(result);
  response
    .writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    })
    .end(text);
}

function identity({ id }: { readonly id: string }) {
  return { id: store.globalId('Note', id) };
}

function moment(time: number): string {
  return new Date(time).toISOString();
}
