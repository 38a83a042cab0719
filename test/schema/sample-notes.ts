import {
  byOwner,
  everybody,
  listOf,
  loggedIn,
  ownerAlone,
  REFUSED,
  notFound,
  type Samples,
} from './sample.ts';

export const noteSamples: Samples = {
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
      outcomes: ownerAlone({ __typename: 'UpdateNoteSuccess', note: { title: 'changed' } }),
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
      selection: 'deleteNote(input: { id: $publicNote }) { __typename ... on UserError { code } }',
      outcomes: ownerAlone({ __typename: 'DeleteNoteSuccess' }),
    },
  ],
};
