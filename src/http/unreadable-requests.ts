/**
 * What Node would answer by itself: requests that its parser cannot read or that come too late, and those that it
 * hands out as bare sockets. They take the way of every other request, so that their answers have the same
 * headers, the same form, and a line in the log.
 */
import { maxHeaderSize, STATUS_CODES, type Server } from 'node:http';
import { Socket } from 'node:net';

import { AnswerError } from './answer-error.ts';
import type { AnsweringOptions } from './answer-request.ts';
import { isStreamed, type FullAnswer } from './exchange.ts';

export function refuseUnreadable(
  server: Server,
  { edge, turns, answerTimeout }: Pick<AnsweringOptions, 'answerTimeout' | 'edge' | 'turns'>,
): void {
  const refused = new WeakSet<Socket>();

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // The parser goes on to complain about what comes after.
    if (!(socket instanceof Socket) || refused.has(socket)) {
      return;
    }
    refused.add(socket);
    void refuse(socket, refusalFor(error.code));
  });
  server.on('connect', ({ socket }) => {
    socket.on('error', () => socket.destroy());
    void refuse(socket, noProxy());
  });

  async function refuse(socket: Socket, refusal: AnswerError): Promise<void> {
    await turns.waitForWhole(socket);
    // A browser opens connections in advance, and wants no answer to a request that it has not sent.
    if (!socket.writable || socket.bytesRead === 0) {
      socket.destroy();
      return;
    }
    const answer = await edge(
      {
        method: '',
        path: '',
        query: '',
        headers: {},
        address: socket.remoteAddress ?? null,
        body: null,
        signal: new AbortController().signal,
      },
      refusal,
    );
    const { body = '' } = answer;
    if (turns.isAnswering(socket)) {
      socket.destroy();
      return;
    }
    socket.setTimeout(answerTimeout, () => socket.destroy());
    socket.write(headOf(answer));
    socket.end(isStreamed(body) ? '' : body, () => socket.destroy());
  }
}

function refusalFor(code: string | undefined): AnswerError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new AnswerError(408, 'REQUEST_TIMEOUT', 'The request did not come in time.');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new AnswerError(
      431,
      'HEADERS_TOO_LARGE',
      `The path and the headers may have ${maxHeaderSize} bytes together at most.`,
    );
  }
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') {
    return new AnswerError(413, 'BODY_TOO_LARGE', 'The extensions of a chunk are too long.');
  }

  return new AnswerError(400, 'BAD_REQUEST', 'This is no request of HTTP/1.1.');
}

function noProxy(): AnswerError {
  return new AnswerError(405, 'METHOD_NOT_ALLOWED', 'This server is no proxy.', {
    allow: 'GET, HEAD, POST',
  });
}

function headOf({ status, headers, cookies }: FullAnswer): string {
  const lines = [...Object.entries(headers), ...cookies.map((cookie) => ['set-cookie', cookie])];

  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines.map((line) => line.join(': ')),
    `date: ${new Date().toUTCString()}`,
    'connection: close',
    '\r\n',
  ].join('\r\n');
}
