/**
 * What each root field, and each field with a gate of its own, answers to whom. A new one needs a sample
 * here, or the access matrix fails.
 */
import { expect } from 'vitest';

import { PASSWORD } from '../support/app.ts';
import type { Role } from './actors.ts';

export interface Sample {
  /** One selection of the field. `$privateNote` and the other variables of the world may stand in it. */
  readonly selection: string;
  /**
   * What the field then holds. Whom its gate refuses is not told here, but in the table of actors; a
   * program counts as the owner unless there is something of its own.
   */
  readonly outcomes: Readonly<Partial<Record<Role, unknown>>>;
}

const notFound = { __typename: 'NotFoundError', code: 'NOT_FOUND' };

/** By the coordinate of the field. */
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

  'Viewer.sessions': [
    {
      selection: 'viewer { sessions { nodes { isCurrent } } }',
      outcomes: {
        anonymous: null,
        owner: { sessions: { nodes: [{ isCurrent: true }, { isCurrent: false }] } },
        another: { sessions: { nodes: [{ isCurrent: true }] } },
      },
    },
  ],

  'Viewer.accessTokens': [
    {
      selection: 'viewer { accessTokens { nodes { name scope } } }',
      outcomes: {
        anonymous: null,
        owner: { accessTokens: { nodes: [{ name: 'test', scope: 'READ' }] } },
        another: { accessTokens: { nodes: [] } },
      },
    },
  ],

  'Viewer.securityEvents': [
    {
      selection: 'viewer { username securityEvents { __typename } }',
      outcomes: {
        anonymous: null,
        owner: { username: 'owner', securityEvents: { __typename: 'SecurityEventConnection' } },
        another: { username: 'another', securityEvents: { __typename: 'SecurityEventConnection' } },
      },
    },
  ],

  'Query.authentication': [
    {
      selection: 'authentication { isAuthenticated }',
      outcomes: {
        anonymous: { isAuthenticated: false },
        owner: { isAuthenticated: true },
        another: { isAuthenticated: true },
      },
    },
    {
      selection: 'authentication { session { isCurrent } accessToken { name } }',
      outcomes: {
        anonymous: { session: null, accessToken: null },
        owner: { session: { isCurrent: true }, accessToken: null },
        another: { session: { isCurrent: true }, accessToken: null },
        program: { session: null, accessToken: { name: 'test' } },
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
    {
      selection: 'node(id: $ownersSession) { __typename }',
      outcomes: { anonymous: null, owner: { __typename: 'Session' }, another: null, program: null },
    },
    {
      selection: 'node(id: $ownersToken) { __typename }',
      outcomes: {
        anonymous: null,
        owner: { __typename: 'AccessToken' },
        another: null,
        program: null,
      },
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
    {
      selection: 'logout(input: { scope: OTHER_SESSIONS }) { __typename endedSessionIds }',
      outcomes: {
        anonymous: { __typename: 'LogoutPayload', endedSessionIds: [] },
        owner: { __typename: 'LogoutPayload', endedSessionIds: [expect.any(String)] },
        another: { __typename: 'LogoutPayload', endedSessionIds: [] },
        program: { __typename: 'LogoutPayload', endedSessionIds: [] },
      },
    },
  ],

  'Mutation.confirmPassword': [
    {
      selection: `confirmPassword(input: { password: "${PASSWORD}" }) { __typename }`,
      outcomes: loggedIn({ __typename: 'ConfirmPasswordSuccess' }),
    },
  ],

  'Mutation.changePassword': [
    {
      selection: `changePassword(input: {
        currentPassword: "${PASSWORD}", newPassword: "a walk in the short grass"
      }) { __typename }`,
      outcomes: loggedIn({ __typename: 'ChangePasswordSuccess' }),
    },
  ],

  'Mutation.endSession': [
    {
      selection:
        'endSession(input: { id: $ownersSession }) { __typename ... on UserError { code } }',
      outcomes: { owner: { __typename: 'EndSessionSuccess' }, another: notFound },
    },
  ],

  'Mutation.updateProfile': [
    {
      selection: `updateProfile(input: { displayName: "New" }) {
        __typename ... on UpdateProfileSuccess { viewer { displayName } }
      }`,
      outcomes: loggedIn({ __typename: 'UpdateProfileSuccess', viewer: { displayName: 'New' } }),
    },
  ],

  'Mutation.deleteAccount': [
    {
      selection: 'deleteAccount(input: { username: "owner" }) { __typename }',
      outcomes: {
        owner: { __typename: 'DeleteAccountSuccess' },
        another: { __typename: 'InvalidInputError' },
      },
    },
  ],

  'Mutation.createAccessToken': [
    {
      selection: 'createAccessToken(input: { name: "backup", scope: WRITE }) { __typename }',
      outcomes: loggedIn({ __typename: 'CreateAccessTokenSuccess' }),
    },
  ],

  'Mutation.revokeAccessToken': [
    {
      selection: `revokeAccessToken(input: { id: $ownersToken }) {
        __typename ... on UserError { code }
      }`,
      outcomes: { owner: { __typename: 'RevokeAccessTokenSuccess' }, another: notFound },
    },
  ],

  'Mutation.createNote': [
    {
      selection: `createNote(input: { title: "new" }) {
        __typename ... on CreateNoteSuccess { note { title author { username } } }
      }`,
      outcomes: {
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
        owner: { __typename: 'UpdateNoteSuccess', note: { title: 'changed' } },
        another: notFound,
      },
    },
    {
      selection: `updateNote(input: { id: $publicNote, title: "changed", expectedVersion: 7 }) {
        __typename ... on UserError { code }
      }`,
      outcomes: {
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
  return { owner: outcome, another: outcome };
}

function listOf(...nodes: unknown[]) {
  return { notes: { nodes } };
}

function byOwner(title: string) {
  return { title, author: { username: 'owner' } };
}
