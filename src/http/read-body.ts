import { AnswerError } from './answer-error.ts';

/**
 * The body as text.
 *
 * @param limit in bytes
 * @throws {AnswerError} 413 for a longer body, 400 for one that is not UTF-8
 */
export async function readBody(
  body: AsyncIterable<Uint8Array> | null,
  limit: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;

  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > limit) {
      throw new AnswerError(413, 'BODY_TOO_LARGE', `The body may have ${limit} bytes at most.`);
    }
    chunks.push(chunk);
  }

  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new AnswerError(400, 'BAD_REQUEST', 'The body is not valid UTF-8.');
  }
}
