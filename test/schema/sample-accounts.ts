import { PASSWORD } from '../support/app.ts';
import { byOwner, everybody, listOf, loggedIn, REFUSED, type Samples } from './sample.ts';

export const accountSamples: Samples = {
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

  'Viewer.securityEvents': [
    {
      selection: 'viewer { securityEvents { nodes { type } } }',
      outcomes: {
        anonymous: null,
        owner: { securityEvents: { nodes: [] } },
        another: { securityEvents: { nodes: [] } },
      },
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
      selection: 'node(id: $session) { __typename ... on Session { isCurrent } }',
      outcomes: {
        anonymous: null,
        owner: { __typename: 'Session', isCurrent: false },
        another: null,
        token: null,
      },
    },
    {
      selection: 'node(id: $accessToken) { __typename ... on AccessToken { name } }',
      outcomes: {
        anonymous: null,
        owner: { __typename: 'AccessToken', name: 'test' },
        another: null,
        token: null,
      },
    },
  ],

  'Mutation.register': [
    {
      selection: `register(input: { username: "newcomer", password: "${PASSWORD}" }) {
        __typename
        ... on RegisterSuccess {
          viewer { username notes { nodes { title } } sessions { nodes { isCurrent } } }
        }
      }`,
      outcomes: everybody({
        __typename: 'RegisterSuccess',
        viewer: { username: 'newcomer', ...listOf(), sessions: { nodes: [{ isCurrent: true }] } },
      }),
    },
  ],

  'Mutation.changePassword': [
    {
      selection: `changePassword(
        input: { currentPassword: "${PASSWORD}", newPassword: "another walk in the long grass" }
      ) { __typename }`,
      outcomes: loggedIn({ __typename: 'ChangePasswordSuccess' }),
    },
    {
      selection: `changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "" }) {
        __typename
      }`,
      outcomes: loggedIn({ __typename: 'InvalidInputError' }),
    },
  ],

  'Mutation.updateProfile': [
    {
      selection: `updateProfile(input: { displayName: "Somebody" }) {
        __typename ... on UpdateProfileSuccess { viewer { displayName } }
      }`,
      outcomes: loggedIn({
        __typename: 'UpdateProfileSuccess',
        viewer: { displayName: 'Somebody' },
      }),
    },
    {
      selection: 'updateProfile(input: { displayName: "" }) { __typename }',
      outcomes: loggedIn({ __typename: 'InvalidInputError' }),
    },
  ],

  'Mutation.deleteAccount': [
    {
      selection: 'deleteAccount(input: { username: "Owner" }) { __typename }',
      outcomes: {
        anonymous: REFUSED,
        owner: { __typename: 'DeleteAccountSuccess' },
        another: { __typename: 'InvalidInputError' },
      },
    },
  ],
};
