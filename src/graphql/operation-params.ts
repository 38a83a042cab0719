import { z } from 'zod';

import { AnswerError } from '../http/answer-error.ts';

/** What a client posts: an operation in JSON (GraphQL over HTTP, section 5). */
export interface OperationParams {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

const paramsSchema = z.object(
  {
    query: z.string('"query" must be the text of a GraphQL document.'),
    operationName: z.string('"operationName" must be a string.').nullish(),
    variables: z.record(z.string(), z.unknown(), '"variables" must be a JSON object.').nullish(),
    extensions: z.record(z.string(), z.unknown(), '"extensions" must be a JSON object.').nullish(),
  },
  'The body must be a JSON object with the property "query". Batches are not accepted.',
);

/** @throws {AnswerError} 400, without a word of what was sent */
export function parseParams(body: string): OperationParams {
  const result = paramsSchema.safeParse(parseJson(body));
  if (result.success) {
    return result.data;
  }

  throw badRequest(result.error.issues.map(({ message }) => message).join(' '));
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
