/** GraphQL Yoga and Pothos, as their documentation shows them, without an ORM. */
import { createServer, type ServerResponse } from 'node:http';

import SchemaBuilder from '@pothos/core';
import { GraphQLError } from 'graphql';
import { createYoga } from 'graphql-yoga';

import * as store from './store.ts';

interface Context {
  readonly viewer: store.User | null;
  readonly res: ServerResponse;
}

const builder = new SchemaBuilder<{
  Context: Context;
  Scalars: { DateTime: { Input: Date; Output: Date }; ID: { Input: string; Output: string } };
  DefaultFieldNullability: false;
}>({ defaultFieldNullability: false });

builder.scalarType('DateTime', { serialize: (date) => date.toISOString() });

const NoteVisibility = builder.enumType('NoteVisibility', {
  values: ['PRIVATE', 'PUBLIC'] as const,
});

const UserType = builder.objectRef<store.User>('User').implement({
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => store.globalId('User', id) }),
    username: t.exposeString('username'),
  }),
});

const NoteType = builder.objectRef<store.Note>('Note').implement({
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => store.globalId('Note', id) }),
    title: t.exposeString('title'),
    body: t.exposeString('body'),
    visibility: t.expose('visibility', { type: NoteVisibility }),
    version: t.exposeInt('version'),
    createdAt: t.field({ type: 'DateTime', resolve: (note) => new Date(note.created_at) }),
    author: t.field({ type: UserType, resolve: (note) => store.findUser(note.author_id)! }),
  }),
});

type Page = ReturnType<typeof store.pageOfPublic>;

const PageInfo = builder.objectRef<Page['pageInfo']>('PageInfo').implement({
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage'),
    endCursor: t.exposeString('endCursor', { nullable: true }),
  }),
});

const NoteEdge = builder.objectRef<Page['edges'][number]>('NoteEdge').implement({
  fields: (t) => ({
    cursor: t.exposeString('cursor'),
    node: t.expose('node', { type: NoteType }),
  }),
});

const NoteConnection = builder.objectRef<Page>('NoteConnection').implement({
  fields: (t) => ({
    edges: t.expose('edges', { type: [NoteEdge] }),
    pageInfo: t.expose('pageInfo', { type: PageInfo }),
  }),
});

const ViewerType = builder.objectRef<store.User>('Viewer').implement({
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => store.globalId('User', id) }),
    username: t.exposeString('username'),
    notes: t.field({
      type: NoteConnection,
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: (viewer, args) => store.pageOfOwn(viewer, args),
    }),
  }),
});

builder.queryType({
  fields: (t) => ({
    viewer: t.field({
      type: ViewerType,
      nullable: true,
      resolve: (_root, _args, { viewer }) => viewer,
    }),
    notes: t.field({
      type: NoteConnection,
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: (_root, args) => store.pageOfPublic(args),
    }),
    note: t.field({
      type: NoteType,
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_root, { id }, { viewer }) => store.findNote(id, viewer),
    }),
  }),
});

const CreateNoteInput = builder.inputType('CreateNoteInput', {
  fields: (t) => ({
    title: t.string({ required: true }),
    body: t.string({ required: true, defaultValue: '' }),
    visibility: t.field({ type: NoteVisibility, required: true, defaultValue: 'PRIVATE' }),
  }),
});

const LoginInput = builder.inputType('LoginInput', {
  fields: (t) => ({
    username: t.string({ required: true }),
    password: t.string({ required: true }),
  }),
});

class Failure {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

const CreateNoteSuccess = builder.objectRef<{ note: store.Note }>('CreateNoteSuccess').implement({
  fields: (t) => ({ note: t.expose('note', { type: NoteType }) }),
});

const LoginSuccess = builder.objectRef<{ viewer: store.User }>('LoginSuccess').implement({
  fields: (t) => ({ viewer: t.expose('viewer', { type: ViewerType }) }),
});

const InvalidInputError = builder.objectRef<Failure>('InvalidInputError').implement({
  fields: (t) => ({ message: t.exposeString('message') }),
});

const InvalidCredentialsError = builder.objectRef<Failure>('InvalidCredentialsError').implement({
  fields: (t) => ({ message: t.exposeString('message') }),
});

const CreateNoteResult = builder.unionType('CreateNoteResult', {
  types: [CreateNoteSuccess, InvalidInputError],
  resolveType: (value) => (value instanceof Failure ? 'InvalidInputError' : 'CreateNoteSuccess'),
});

const LoginResult = builder.unionType('LoginResult', {
  types: [LoginSuccess, InvalidCredentialsError],
  resolveType: (value) => (value instanceof Failure ? 'InvalidCredentialsError' : 'LoginSuccess'),
});

builder.mutationType({
  fields: (t) => ({
    createNote: t.field({
      type: CreateNoteResult,
      nullable: true,
      args: { input: t.arg({ type: CreateNoteInput, required: true }) },
      resolve: (_root, { input }, { viewer }) => {
        if (!viewer) {
          throw new GraphQLError('Log in first.', { extensions: { code: 'UNAUTHENTICATED' } });
        }
        return { note: store.createNote(viewer, input) };
      },
    }),
    login: t.field({
      type: LoginResult,
      nullable: true,
      args: { input: t.arg({ type: LoginInput, required: true }) },
      resolve: async (_root, { input }, { res }) => {
        const found = await store.login(input.username, input.password);
        if (!found) {
          return new Failure('Something is wrong.');
        }
        res.setHeader('set-cookie', found.cookie);
        return { viewer: found.user };
      },
    }),
  }),
});

const yoga = createYoga<{ res: ServerResponse }>({
  schema: builder.toSchema(),
  context: ({ request }) => ({
    viewer: store.findViewer(request.headers.get('cookie') ?? undefined),
  }),
});
createServer(yoga).listen(Number(process.env['PORT']), '127.0.0.1');
