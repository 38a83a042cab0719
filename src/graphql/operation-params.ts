import { z } from 'zod';

import { AnswerError } from '../http/answer-error.ts';

/** What a client posts: an operation in JSON (GraphQL over HTTP, section 5). */
export interface OperationParams {
  /** The text of the document; without it, the document is named by its id. */
  readonly query?: string | null | undefined;
  /** `sha256:` and the hash of a persisted operation; null when the client names none. */
  readonly documentId: string | null;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

const persistedQuery = z.object(
  { version: z.literal(1), sha256Hash: z.hash('sha256') },
  '"extensions.persistedQuery" must be an object with "version": 1 and a "sha256Hash".',
);

const paramsSchema = z.object(
  {
    query: z.string('"query" must be the text of a GraphQL document.').nullish(),
    documentId: z.string('"documentId" must be a string.').nullish(),
    operationName: z.string('"operationName" must be a string.').nullish(),
    variables: z.looseObject({}, '"variables" must be a JSON object.').nullish(),
    extensions: z
      .looseObject(
        { persistedQuery: persistedQuery.nullish() },
        '"extensions" must be a JSON object.',
      )
      .nullish(),
  },
  'The body must be a JSON object with the property "query". Batches are not accepted.',
);

/** @throws {AnswerError} 400, without a word of what was sent */
export function parseParams(body: string): OperationParams {
  const { data, error } = paramsSchema.safeParse(parseJson(body));
  if (error) {
    throw badRequest(error.issues.map(({ message }) => message).join(' '));
  }
  const { query, operationName, variables, extensions } = data;
  const documentId = data.documentId ?? apolloId(extensions?.persistedQuery?.sha256Hash);
  if (query == null && documentId === null) {
    throw badRequest('"query" must be the text of a GraphQL document.');
  }

  return { query, documentId, operationName, variables };
}

/** Apollo's clients name a persisted operation by its bare hash, in an extension. */
function apolloId(sha256Hash: string | undefined): string | null {
  return sha256Hash === undefined ? null : `sha256:${sha256Hash}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
}

function badRequest(message: string): AnswerError {
  return new AnswerError(400, 'BAD_REQUEST', message);
}
