import type { ServerResponse } from 'node:http';

import type { StreamedBody } from './exchange.ts';

/**
 * Sends a body as it comes, and takes no more from it than the client reads.
 *
 * @param patience how long, in milliseconds, the client may take to read on before it is cut off
 */
export async function sendStream(
  body: StreamedBody,
  response: ServerResponse,
  patience: number,
): Promise<void> {
  for await (const text of body) {
    if (!response.destroyed && !response.write(text)) {
      await drained(response, patience);
    }
  }
  response.end();
}

/** Also fulfilled when the client has gone, or is cut off. */
async function drained(response: ServerResponse, patience: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = setTimeout(() => response.destroy(), patience);
  response.once('drain', resolve).once('close', resolve);
  await promise;
  clearTimeout(end);
  response.off('drain', resolve).off('close', resolve);
}
