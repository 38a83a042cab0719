import { AnswerError } from './answer-error.ts';
import type { Exchange } from './exchange.ts';

/** A name, an IPv4 address or a bracketed IPv6 address, and perhaps a port (RFC 9110, section 7.2). */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/iu;

/** @throws {AnswerError} 400 for a Host header that names no host */
export function checkHost({ headers }: Exchange): void {
  const host = headers['host'] ?? '';

  if (!HOST.test(host) || !URL.canParse(`http://${host}`)) {
    throw new AnswerError(400, 'BAD_REQUEST', 'The Host header does not name a host.');
  }
}

/**
 * Only what a form cannot send: JSON, in UTF-8, as it is. A browser asks before it posts JSON to another
 * origin, and is told no.
 *
 * @throws {AnswerError} 405, 415
 */
export function checkJsonPost({ method, headers }: Exchange, allow: string): void {
  if (method !== 'POST') {
    throw new AnswerError(405, 'METHOD_NOT_ALLOWED', 'Operations are sent by POST.', { allow });
  }
  if (!isJson(headers['content-type'])) {
    throw new AnswerError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'Operations are sent with Content-Type: application/json.',
      { accept: 'application/json' },
    );
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new AnswerError(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must not be compressed.', {
      'accept-encoding': 'identity',
    });
  }
}

function isJson(contentType = ''): boolean {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));

  return (
    type.trim() === 'application/json' &&
    ['charset=utf-8', 'charset="utf-8"', undefined].includes(charset)
  );
}
