import { byOwner, everybody, type Samples } from './sample.ts';

const saved = '__typename ... on NoteSaved { note { title author { username } } }';

/** What the first event holds, after something has happened to every note there is. */
export const subscriptionSamples: Samples = {
  'Subscription.noteChanged': [
    {
      selection: `noteChanged { ${saved} }`,
      outcomes: {
        owner: { __typename: 'NoteSaved', note: byOwner('private') },
        another: {
          __typename: 'NoteSaved',
          note: { title: "another's", author: { username: 'another' } },
        },
      },
    },
  ],

  'Subscription.publicNoteChanged': [
    {
      selection: `publicNoteChanged { ${saved} }`,
      outcomes: everybody({ __typename: 'NoteSaved', note: byOwner('public') }),
    },
  ],
};
