import { byOwner, everybody, listOf, type Samples } from './sample.ts';

export const querySamples: Samples = {
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

  'Viewer.email': [
    {
      selection: 'viewer { email }',
      outcomes: {
        anonymous: null,
        owner: { email: 'owner@example.com' },
        another: { email: null },
      },
    },
  ],

  'Viewer.pendingEmail': [
    {
      selection: 'viewer { pendingEmail }',
      outcomes: {
        anonymous: null,
        owner: { pendingEmail: 'new@example.com' },
        another: { pendingEmail: null },
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
};
