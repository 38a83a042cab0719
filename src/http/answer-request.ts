/** From a request of Node's to the edge, and back to the socket. */
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { AnswerError } from './answer-error.ts';
import type { Edge } from './edge.ts';
import { isStreamed, type ExchangeSource, type FullAnswer } from './exchange.ts';
import type { Rounds } from './rounds.ts';
import { sendStream } from './send-stream.ts';
import type { Turns } from './turns.ts';
import type { UnreadAnswers } from './unread-answers.ts';

export interface AnsweringOptions {
  readonly edge: Edge;
  readonly rounds: Rounds;
  readonly turns: Turns;
  readonly unread: UnreadAnswers;
  /** How long, in milliseconds, an answer may wait for its client to read on. */
  readonly answerTimeout: number;
  /** Whether clients are told that the connection will be kept. */
  readonly isOpen: () => boolean;
}

/** @param refusal what Node has found to be wrong with the request */
export async function answerRequest(
  options: AnsweringOptions,
  request: IncomingMessage,
  response: ServerResponse,
  refusal?: AnswerError,
): Promise<void> {
  const before = options.turns.take(response);
  if (before) {
    await before;
  }
  const client = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) {
      client.abort();
    }
  });

  // Each call of the system makes the processor forget where the program's memory is, and an operation visits much of it.
  // So all that came in this round of the event loop is read before the first of it is worked on.
  const isAlone = await options.rounds.turn();
  if (request.socket.destroyed) {
    // Its `close` comes later in the round.
    client.abort();
  }
  const answer = await options.edge(
    {
      method: request.method ?? '',
      ...targetOf(request.url ?? ''),
      headers: request.headers,
      address: request.socket.remoteAddress ?? null,
      body: request,
      signal: client.signal,
    },
    refusal,
  );
  // And what is answered goes out one right after the other. Whoever waits for an answer sleeps, and to wake somebody
  // costs as much as a small operation: where the answers go to one process, it is woken once.
  if (!isAlone) {
    await options.rounds.end;
  }
  if (!client.signal.aborted) {
    await send(answer, response, options);
  }
}

async function send(
  { status, headers, cookies, body = '' }: FullAnswer,
  response: ServerResponse,
  { isOpen, unread, answerTimeout }: AnsweringOptions,
): Promise<void> {
  const { complete, method } = response.req;
  // What was not read of a refused body is not waited for; nor is another request by a server that stops.
  // After a stream, a server that has begun to stop meanwhile would wait for one.
  if (!complete || !isOpen() || isStreamed(body)) {
    response.setHeader('connection', 'close');
  }
  if (cookies.length > 0) {
    response.setHeader('set-cookie', cookies);
  }
  response.writeHead(status, headers);
  if (isStreamed(body)) {
    await sendStream(body, response, answerTimeout);
    return;
  }
  response.end(method === 'HEAD' ? undefined : body);
  // Most answers are taken by the system at once, and are no longer held here.
  if (response.writableLength > 0) {
    response.setTimeout(answerTimeout, () => response.destroy());
    unread.add(response, Buffer.byteLength(body));
  }
}

function targetOf(target: string): Pick<ExchangeSource, 'path' | 'query'> {
  const end = target.indexOf('?');

  return end === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, end), query: target.slice(end + 1) };
}
