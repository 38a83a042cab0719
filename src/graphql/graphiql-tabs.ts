import type { GraphiQLOptions } from 'graphql-yoga';

/** Long enough, and in no list of common passwords, so that registering works as it stands. */
const account = { username: 'ada', password: 'seven violet kettles hum at noon' };

/**
 * The tabs that GraphiQL opens with: a walk through Jotter, from an account to a note and out
 * again. A tab is named after its operation. Browsers keep their tabs: these are for a first visit.
 */
export const graphiqlTabs: NonNullable<GraphiQLOptions['defaultTabs']> = [
  tab(
    `# Step 1: make an account. Change the variables
# below as you like, then press the play button.
# A taken username is answered by a UserError.
mutation Register($input: RegisterInput!) {
  register(input: $input) {
    ... on RegisterSuccess {
      viewer { username displayName }
    }
    ... on UserError { code message }
  }
}
`,
    { input: { ...account, displayName: 'Ada' } },
  ),
  tab(
    `# Step 2: log in. The answer sets a session cookie,
# which the browser sends along from now on.
mutation Login($input: LoginInput!) {
  login(input: $input) {
    ... on LoginSuccess {
      viewer { username displayName }
    }
    ... on UserError { code message }
  }
}
`,
    { input: account },
  ),
  tab(
    `# Step 3: write a note. It is PRIVATE, for your
# eyes only, unless you make it PUBLIC.
mutation CreateNote($input: CreateNoteInput!) {
  createNote(input: $input) {
    ... on CreateNoteSuccess {
      note { id title visibility createdAt }
    }
    ... on UserError { code message }
  }
}
`,
    { input: { title: 'Hello, Jotter', body: 'My first note.', visibility: 'PUBLIC' } },
  ),
  tab(
    `# Step 4: see who you are, and your notes.
# The viewer is null when nobody is logged in.
query MyNotes($first: Int!, $after: String) {
  viewer {
    username
    notes(first: $first, after: $after) {
      nodes { id title body visibility }
      pageInfo { hasNextPage endCursor }
    }
  }
}
`,
    { first: 20 },
  ),
  tab(
    `# Step 5: read everybody's public notes, newest
# first. The next page comes after the endCursor.
query PublicNotes($first: Int!, $after: String) {
  notes(first: $first, after: $after) {
    nodes { id title body author { username } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    { first: 20 },
  ),
  tab(
    `# Step 6: see your notes change. Run this, run
# CreateNote in its tab or in another window, and
# come back. The play button stops it.
subscription NoteChanged {
  noteChanged {
    ... on NoteSaved { isNew note { id title visibility version } }
    ... on NoteDeleted { deletedNoteId }
  }
}
`,
  ),
  tab(
    `# Step 7: log out. The session ends on the server,
# and MyNotes finds no viewer any more.
mutation Logout {
  logout {
    endedSessionIds
  }
}
`,
  ),
];

function tab(query: string, variables: object = {}): { query: string; variables: string } {
  return { query, variables: JSON.stringify(variables, null, 2) };
}
