/** From a request of Node's to the edge, and back to the socket. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

import type { AnswerError } from './answer-error.ts';
import type { Edge } from './edge.ts';
import { createExchange, isStreamed, type Answer, type Exchange } from './exchange.ts';
import { sendStream } from './send-stream.ts';
import type { Turns } from './turns.ts';
import type { UnreadAnswers } from './unread-answers.ts';

export interface AnsweringOptions {
  readonly edge: Edge;
  readonly turns: Turns;
  readonly unread: UnreadAnswers;
  /** How long, in milliseconds, an answer may wait for its client to read on. */
  readonly answerTimeout: number;
  /** Whether clients are told that the connection will be kept. */
  readonly isOpen: () => boolean;
}

/** @param refusal what Node has found to be wrong with the request */
export async function answerRequest(
  { edge, turns, unread, answerTimeout, isOpen }: AnsweringOptions,
  request: IncomingMessage,
  response: ServerResponse,
  refusal?: AnswerError,
): Promise<void> {
  await turns.wait(response);
  const client = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) {
      client.abort();
    }
  });

  const exchange = createExchange({
    method: request.method ?? '',
    ...targetOf(request.url ?? ''),
    headers: headersOf(request),
    address: request.socket.remoteAddress ?? null,
    body: request,
    signal: client.signal,
  });
  const answered = await edge(exchange, refusal);
  if (client.signal.aborted) {
    return;
  }

  // What was not read of a refused body is not waited for; nor is another request by a server that stops.
  // After a stream, a server that has begun to stop meanwhile would wait for one.
  const isKept = request.complete && isOpen() && !isStreamed(answered.body);
  const connection = isKept ? {} : { connection: 'close' };
  response.writeHead(answered.status, { ...outgoingHeaders(exchange, answered), ...connection });
  if (isStreamed(answered.body)) {
    await sendStream(answered.body, response, answerTimeout);
    return;
  }
  response.setTimeout(answerTimeout, () => response.destroy());
  unread.add(response, sizeOf(answered.body));
  response.end(request.method === 'HEAD' ? undefined : answered.body);
}

/** The headers of an answer, but for those of its connection. */
export function outgoingHeaders(
  exchange: Exchange,
  { headers, body }: Omit<Answer, 'status'>,
): OutgoingHttpHeaders {
  return {
    ...Object.fromEntries(exchange.answerHeaders),
    ...headers,
    'set-cookie': [...exchange.answerCookies.values()],
    ...(body !== undefined && !isStreamed(body) && { 'content-length': sizeOf(body) }),
  };
}

function sizeOf(body: string | Uint8Array = ''): number {
  return Buffer.byteLength(body);
}

function targetOf(target: string): Pick<Exchange, 'path' | 'query'> {
  const [path = '', ...rest] = target.split('?');

  return { path, query: rest.join('?') };
}

function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  // Node keeps the first of several Hosts. Together they name none, and the edge refuses them.
  headers['host'] = hostsOf(request).join(', ');

  return headers;
}

function hostsOf({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter(
    (_, index) => rawHeaders[index - 1]?.toLowerCase() === 'host' && index % 2,
  );
}
