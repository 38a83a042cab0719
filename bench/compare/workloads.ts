/** What the servers are asked. Each workload is one operation, sent by many users in turn. */
import { PASSWORD, type Sample } from './data.ts';
import { TURN } from './turn.ts';

export interface Workload {
  readonly name: string;
  readonly about: string;
  readonly post: (sample: Sample) => Operation;
  /** Whether a session cookie is sent. */
  readonly isLoggedIn: boolean;
  /** Which of the samples send it: those who write are others than those who read the same pages. */
  readonly senders?: 'longest list' | 'writers';
  /** What the answer must be, if not the same as that of the other servers. */
  readonly view?: (answer: Answer) => unknown;
  /** Whether the hand-written limit can do it. */
  readonly hasLimit: boolean;
}

export interface Operation {
  readonly operationName: string;
  readonly query: string;
  readonly variables?: object;
}

export interface Answer {
  readonly data?: any;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

const VIEWER = 'query Viewer { viewer { id username } }';

const OWN_NOTES = `
  query OwnNotes($first: Int, $after: String) {
    viewer {
      notes(first: $first, after: $after) {
        edges { cursor node { id title body visibility createdAt } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`;

const CREATE_NOTE = `
  mutation CreateNote($input: CreateNoteInput!) {
    createNote(input: $input) { ... on CreateNoteSuccess { note { title body visibility } } }
  }`;

const FEED = `
  query Feed($first: Int) {
    notes(first: $first) {
      edges { node { id title createdAt author { username } } }
      pageInfo { hasNextPage endCursor }
    }
  }`;

const LOGIN = `
  mutation Login($input: LoginInput!) {
    login(input: $input) { ... on LoginSuccess { viewer { username } } }
  }`;

/** Twelve fields of four each. */
const NAMES = Array.from({ length: 12 }, (_, index) => `n${index}`);
const MANY_FIELDS = `
  query ManyFields(${NAMES.map((name) => `$${name}: ID!`).join(', ')}) {
    ${NAMES.map((name) => `${name}: note(id: $${name}) { id title visibility createdAt }`).join('\n')}
  }`;

export const workloads: readonly Workload[] = [
  {
    name: 'W1',
    about: 'the viewer: session and user',
    post: () => ({ operationName: 'Viewer', query: VIEWER }),
    isLoggedIn: true,
    hasLimit: true,
  },
  {
    name: 'W2',
    about: 'a page of 20 own notes',
    post: () => ({ operationName: 'OwnNotes', query: OWN_NOTES, variables: { first: 20 } }),
    isLoggedIn: true,
    hasLimit: true,
  },
  {
    name: 'W3',
    about: 'createNote, durable',
    post: createNote,
    senders: 'writers',
    isLoggedIn: true,
    hasLimit: true,
  },
  {
    name: 'W4',
    about: 'an anonymous createNote, refused',
    post: createNote,
    isLoggedIn: false,
    view: ({ data, errors }) => [data, errors?.[0]?.extensions?.code],
    hasLimit: true,
  },
  {
    name: 'W5',
    about: 'a login, argon2id with 19 MiB',
    post: ({ username }) => ({
      operationName: 'Login',
      query: LOGIN,
      variables: { input: { username, password: PASSWORD } },
    }),
    isLoggedIn: false,
    hasLimit: true,
  },
  {
    name: 'W6',
    about: 'the public feed of 20 with authors',
    post: () => ({ operationName: 'Feed', query: FEED, variables: { first: 20 } }),
    isLoggedIn: true,
    hasLimit: true,
  },
  {
    name: 'deep',
    about: 'a page of 20 in the middle of the longest list',
    senders: 'longest list',
    post: ({ middleCursor }) => ({
      operationName: 'OwnNotes',
      query: OWN_NOTES,
      variables: { first: 20, after: middleCursor },
    }),
    isLoggedIn: true,
    hasLimit: true,
  },
  {
    name: 'fields',
    about: '60 fields with 12 variables',
    post: ({ noteIds }) => ({
      operationName: 'ManyFields',
      query: MANY_FIELDS,
      variables: Object.fromEntries(NAMES.map((name, index) => [name, noteIds[index]])),
    }),
    isLoggedIn: true,
    hasLimit: false,
  },
  {
    name: 'unseen',
    about: 'a page by an operation that nobody sent before',
    post: () => ({
      operationName: 'OwnNotes',
      query: `# ${TURN}\n${OWN_NOTES}`,
      variables: { first: 20 },
    }),
    isLoggedIn: true,
    hasLimit: false,
  },
];

function createNote(): Operation {
  const body = 'It is durable when the answer comes.';
  const input = { title: `Note ${TURN}`, body, visibility: 'PRIVATE' };

  return { operationName: 'CreateNote', query: CREATE_NOTE, variables: { input } };
}
