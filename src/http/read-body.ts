import type { Readable } from 'node:stream';

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
  const bytes = body ? await readBytes(body, limit) : new Uint8Array();

  try {
    return decoder.decode(bytes);
  } catch {
    throw new AnswerError(400, 'BAD_REQUEST', 'The body is not valid UTF-8.');
  }
}

/**
 * By events: an iterator of a stream costs several times as much. What was read is let go of, for a connection keeps
 * its last request.
 */
async function readBytes(body: Readable, limit: number): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | null>();
  const chunks: Uint8Array[] = [];
  let size = 0;

  function take(chunk: Uint8Array): void {
    size += chunk.byteLength;
    if (size > limit) {
      body.pause();
      reject(tooLarge(limit));
      return;
    }
    chunks.push(chunk);
  }
  function giveUp(): void {
    resolve(null);
  }
  body
    .on('data', take)
    .once('end', () => resolve(Buffer.concat(chunks.splice(0))))
    .once('error', giveUp)
    .once('close', giveUp);

  // Nothing more happens to a body that was given up before.
  const bytes = body.destroyed ? null : await promise;
  if (!bytes) {
    // The client has gone away, or has taken too long.
    throw new AnswerError(400, 'BAD_REQUEST', 'The body did not come to its end.');
  }

  return bytes;
}

function tooLarge(limit: number): AnswerError {
  return new AnswerError(413, 'BODY_TOO_LARGE', `The body may have ${limit} bytes at most.`);
}
