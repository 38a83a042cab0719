/**
 * What each root field answers to whom. A new root field needs a sample here, or the access matrix fails.
 */
import { PASSWORD } from '../support/app.ts';
import type { Role } from './actors.ts';

export interface Sample {
  /** One selection of the field. `$privateNote` and the other variables of the world may stand in it. */
  readonly selection: string;
  /** What the field then holds; for a refusal, its code. */
  readonly outcomes: Readonly<Record<Role, unknown>>;
}

/** The code of a refusal by the gate. */
export const REFUSED = 'UNAUTHENTICATED';
const notFound = { __typename: 'NotFoundError', code: 'NOT_FOUND' };

/** By the coordinate of the root field. */
export const samples: Readonly<Record<string, readonly Sample[]>> = {
  'Query.viewer': [
    {
      selection: 'viewer { username }',
      outcomes: {
        anonymous: null,
        owner: { username: 'owner' },
        another: { username: 'another' },
      },
    },
    {
      selection: 'viewer { notes { nodes { title author { username } } } }',
      outcomes: {
        anonymous: null,
        owner: listOf(byOwner('public'), byOwner('private')),
        another: listOf({ title: "another's", author: { username: 'another' } }),
      },
    },
    {
      selection: 'viewer { user { notes { nodes { title } } } }',
      outcomes: {
        anonymous: null,
        owner: { user: listOf({ title: 'public' }) },
        another: { user: listOf() },
      },
    },
  ],

  'Query.notes': [
    {
      selection: 'notes { nodes { title } edges { node { title } } }',
      outcomes: everybody({
        nodes: [{ title: 'public' }],
        edges: [{ node: { title: 'public' } }],
      }),
    },
    {
      selection: 'notes { nodes { author { notes { nodes { title } } } } }',
      outcomes: everybody({ nodes: [{ author: listOf({ title: 'public' }) }] }),
    },
  ],

  'Query.note': [
    {
      selection: 'note(id: $privateNote) { title }',
      outcomes: { anonymous: null, owner: { title: 'private' }, another: null },
    },
    {
      selection: 'note(id: $publicNote) { title author { notes { nodes { title } } } }',
      outcomes: everybody({ title: 'public', author: listOf({ title: 'public' }) }),
    },
    {
      selection: 'note(id: $anothersNote) { title }',
      outcomes: { anonymous: null, owner: null, another: { title: "another's" } },
    },
  ],

  'Query.node': [
    {
      selection: 'node(id: $privateNote) { __typename ... on Note { title } }',
      outcomes: {
        anonymous: null,
        owner: { __typename: 'Note', title: 'private' },
        another: null,
      },
    },
    {
      selection: 'node(id: $publicNote) { __typename ... on Note { title } }',
      outcomes: everybody({ __typename: 'Note', title: 'public' }),
    },
    {
      selection: 'node(id: $owner) { ... on User { username notes { nodes { title } } } }',
      outcomes: everybody({ username: 'owner', ...listOf({ title: 'public' }) }),
    },
  ],

  'Mutation.register': [
    {
      selection: `register(input: { username: "newcomer", password: "${PASSWORD}" }) {
        __typename ... on RegisterSuccess { viewer { username notes { nodes { title } } } }
      }`,
      outcomes: everybody({
        __typename: 'RegisterSuccess',
        viewer: { username: 'newcomer', ...listOf() },
      }),
    },
  ],

  'Mutation.login': [
    {
      selection: `login(input: { username: "third", password: "${PASSWORD}" }) {
        __typename ... on LoginSuccess { viewer { username notes { nodes { title } } } }
      }`,
      outcomes: everybody({
        __typename: 'LoginSuccess',
        viewer: { username: 'third', ...listOf() },
      }),
    },
    {
      selection: 'login(input: { username: "third", password: "wrong" }) { __typename }',
      outcomes: everybody({ __typename: 'InvalidCredentialsError' }),
    },
  ],

  'Mutation.logout': [
    { selection: 'logout { __typename }', outcomes: everybody({ __typename: 'LogoutPayload' }) },
  ],

  'Mutation.createNote': [
    {
      selection: `createNote(input: { title: "new" }) {
        __typename ... on CreateNoteSuccess { note { title author { username } } }
      }`,
      outcomes: {
        anonymous: REFUSED,
        owner: { __typename: 'CreateNoteSuccess', note: byOwner('new') },
        another: {
          __typename: 'CreateNoteSuccess',
          note: { title: 'new', author: { username: 'another' } },
        },
      },
    },
    {
      selection: 'createNote(input: { title: "" }) { __typename }',
      outcomes: loggedIn({ __typename: 'InvalidInputError' }),
    },
  ],

  'Mutation.updateNote': [
    {
      selection: `updateNote(input: { id: $privateNote, title: "changed" }) {
        __typename ... on UserError { code } ... on UpdateNoteSuccess { note { title } }
      }`,
      outcomes: {
        anonymous: REFUSED,
        owner: { __typename: 'UpdateNoteSuccess', note: { title: 'changed' } },
        another: notFound,
      },
    },
    {
      selection: `updateNote(input: { id: $publicNote, title: "changed", expectedVersion: 7 }) {
        __typename ... on UserError { code }
      }`,
      outcomes: {
        anonymous: REFUSED,
        owner: { __typename: 'ConflictError', code: 'CONFLICT' },
        another: notFound,
      },
    },
    {
      selection: 'updateNote(input: { id: $publicNote }) { __typename }',
      outcomes: loggedIn({ __typename: 'InvalidInputError' }),
    },
  ],

  'Mutation.deleteNote': [
    {
      selection: `deleteNote(input: { id: $publicNote }) {
        __typename ... on UserError { code }
      }`,
      outcomes: {
        anonymous: REFUSED,
        owner: { __typename: 'DeleteNoteSuccess' },
        another: notFound,
      },
    },
  ],
};

function everybody(outcome: unknown): Sample['outcomes'] {
  return { anonymous: outcome, owner: outcome, another: outcome };
}

function loggedIn(outcome: unknown): Sample['outcomes'] {
  return { anonymous: REFUSED, owner: outcome, another: outcome };
}

function listOf(...nodes: unknown[]) {
  return { notes: { nodes } };
}

function byOwner(title: string) {
  return { title, author: { username: 'owner' } };
}
