/** The part of Jotter's schema that is compared, for the servers that take a schema as text. */
import { GraphQLError } from 'graphql';

import * as store from './store.ts';

export const typeDefs = `
  scalar DateTime
  enum NoteVisibility { PRIVATE PUBLIC }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type User { id: ID! username: String! }
  type Note {
    id: ID!
    title: String!
    body: String!
    visibility: NoteVisibility!
    version: Int!
    createdAt: DateTime!
    author: User!
  }
  type NoteEdge { cursor: String! node: Note! }
  type NoteConnection { edges: [NoteEdge!]! pageInfo: PageInfo! }
  type Viewer {
    id: ID!
    username: String!
    notes(first: Int, after: String): NoteConnection!
  }
  input CreateNoteInput { title: String!, body: String! = "", visibility: NoteVisibility! = PRIVATE }
  input LoginInput { username: String!, password: String! }
  type CreateNoteSuccess { note: Note! }
  type InvalidInputError { message: String! }
  union CreateNoteResult = CreateNoteSuccess | InvalidInputError
  type LoginSuccess { viewer: Viewer! }
  type InvalidCredentialsError { message: String! }
  union LoginResult = LoginSuccess | InvalidCredentialsError
  type Query {
    viewer: Viewer
    notes(first: Int, after: String): NoteConnection!
    note(id: ID!): Note
  }
  type Mutation {
    createNote(input: CreateNoteInput!): CreateNoteResult
    login(input: LoginInput!): LoginResult
  }
`;

export interface Context {
  readonly viewer: store.User | null;
  readonly setCookie: (cookie: string) => void;
}

interface CreateNoteArguments {
  readonly input: Pick<store.Note, 'title' | 'body' | 'visibility'>;
}

interface LoginArguments {
  readonly input: { readonly username: string; readonly password: string };
}

export const resolvers = {
  Query: {
    viewer: (_root: unknown, _args: unknown, { viewer }: Context) => viewer,
    notes: (_root: unknown, args: store.PageArguments) => store.pageOfPublic(args),
    note: (_root: unknown, { id }: { id: string }, { viewer }: Context) =>
      store.findNote(id, viewer),
  },
  Mutation: {
    createNote: (_root: unknown, { input }: CreateNoteArguments, { viewer }: Context) => {
      if (!viewer) {
        throw new GraphQLError('Log in first.', { extensions: { code: 'UNAUTHENTICATED' } });
      }
      return { __typename: 'CreateNoteSuccess', note: store.createNote(viewer, input) };
    },
    login: async (_root: unknown, { input }: LoginArguments, { setCookie }: Context) => {
      const found = await store.login(input.username, input.password);
      if (!found) {
        return { __typename: 'InvalidCredentialsError', message: 'Something is wrong.' };
      }
      setCookie(found.cookie);
      return { __typename: 'LoginSuccess', viewer: found.user };
    },
  },
  Viewer: {
    id: ({ id }: store.User) => store.globalId('User', id),
    notes: (viewer: store.User, args: store.PageArguments) => store.pageOfOwn(viewer, args),
  },
  User: {
    id: ({ id }: store.User) => store.globalId('User', id),
  },
  Note: {
    id: ({ id }: store.Note) => store.globalId('Note', id),
    createdAt: (note: store.Note) => new Date(note.created_at).toISOString(),
    // The database is in the process: a read of its own costs less than a batch.
    author: (note: store.Note) => store.findUser(note.author_id),
  },
};
