import type { ServerResponse } from 'node:http';

import type { StreamedBody } from './exchange.ts';

/** How long, in milliseconds, a client may take to read what was sent before it is cut off. */
const PATIENCE = 30_000;

/** Sends a body as it comes, and takes no more from it than the client reads. */
export async function sendStream(body: StreamedBody, response: ServerResponse): Promise<void> {
  for await (const text of body) {
    if (!response.destroyed && !response.write(text)) {
      await drained(response);
    }
  }
  response.end();
}

/** Also fulfilled when the client has gone, or is cut off. */
async function drained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = setTimeout(() => response.destroy(), PATIENCE);
  response.once('drain', resolve).once('close', resolve);
  if (response.destroyed) {
    resolve();
  }
  await promise;
  clearTimeout(end);
  response.off('drain', resolve).off('close', resolve);
}
