/**
 * Subscriptions as an app has them, by `graphql-sse`.
 *
 *     await using stream = await subscribe(ada, 'subscription { noteChanged { __typename } }');
 *     await ada.query('mutation { createNote(input: { title: "new" }) { __typename } }');
 *     expect(await stream.next()).toEqual({ data: { noteChanged: { __typename: 'NoteSaved' } } });
 */
import { createClient, type ExecutionResult } from 'graphql-sse';

import type { TestClient } from './client.ts';

export interface TestStream extends AsyncDisposable {
  /** Waits for the next result; null when the stream is over. */
  next(): Promise<any>;
  /** Waits for the end. @returns the code of the last error; null when it has ended without one */
  endCode(): Promise<unknown>;
}

/** When the promise is fulfilled the server listens: nothing that happens from now on is missed. */
export async function subscribe(
  client: TestClient,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<TestStream> {
  const connected = Promise.withResolvers<void>();
  const sse = createClient({
    url: '/graphql',
    retryAttempts: 0,
    fetchFn: async (path: string, init: RequestInit) => {
      // What it says of referrers is for browsers.
      const { referrer: _referrer, referrerPolicy: _policy, ...rest } = init;
      const response = await client.request(path, rest);
      connected.resolve();

      return response;
    },
  });
  const results = sse.iterate({ query, variables });
  await connected.promise;

  async function next(): Promise<ExecutionResult<Record<string, unknown>, unknown> | null> {
    const { done, value } = await results.next();

    return done ? null : value;
  }

  return {
    next,
    endCode: async () => {
      let code: unknown = null;
      for (let result = await next(); result; result = await next()) {
        code = result.errors?.[0]?.extensions?.['code'] ?? null;
      }

      return code;
    },
    [Symbol.asyncDispose]: async () => {
      await results.return?.(null);
      sse.dispose();
    },
  };
}

/** Both subscriptions, with all that they can tell. */
export const NOTE_CHANGED = `subscription {
  noteChanged {
    __typename
    ... on NoteSaved { isNew note { id title visibility version } }
    ... on NoteDeleted { deletedNoteId }
  }
}`;

export const PUBLIC_NOTE_CHANGED = `subscription {
  publicNoteChanged {
    __typename
    ... on NoteSaved { isNew note { id title author { username } } }
    ... on NoteDeleted { deletedNoteId }
    ... on AuthorDeleted { deletedAuthorId }
  }
}`;
