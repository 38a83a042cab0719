import { AnswerError } from './answer-error.ts';
import type { Exchange } from './exchange.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The body as text.
 *
 * @param limit in bytes
 * @throws {AnswerError} 413 for a longer body, 400 for one that is not UTF-8 or breaks off
 */
export async function readBody({ body, headers }: Exchange, limit: number): Promise<string> {
  if (Number(headers['content-length'] ?? 0) > limit) {
    throw tooLarge(limit);
  }
  const bytes = await readBytes(body, limit);

  try {
    return decoder.decode(bytes);
  } catch {
    throw new AnswerError(400, 'BAD_REQUEST', 'The body is not valid UTF-8.');
  }
}

async function readBytes(body: Exchange['body'], limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;

  try {
    for await (const chunk of body ?? []) {
      size += chunk.byteLength;
      if (size > limit) {
        throw tooLarge(limit);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    // The client has gone away, or has taken too long.
    throw error instanceof AnswerError
      ? error
      : new AnswerError(400, 'BAD_REQUEST', 'The body did not come to its end.');
  }

  return Buffer.concat(chunks);
}

function tooLarge(limit: number): AnswerError {
  return new AnswerError(413, 'BODY_TOO_LARGE', `The body may have ${limit} bytes at most.`);
}
