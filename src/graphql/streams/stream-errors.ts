import type { GraphQLError } from 'graphql';

import { ChangesMissedError } from '../../database/change-queue.ts';
import { refusal } from '../errors.ts';

/** For a stream that the server ends, or does not begin, because it is about to stop. */
export function serverStopping(): GraphQLError {
  return retriable(
    'SERVER_STOPPING',
    'The server stops. Subscribe again, and read again what may have changed meanwhile.',
  );
}

/** For a client that has as many streams as it may have. */
export function tooManyStreams(what: string, limit: number): GraphQLError {
  const message = `There may be ${limit} streams at once for ${what}. Close one first.`;

  return refusal('TOO_MANY_STREAMS', message, { limit });
}

/** What its client is told of an error of the source; anything unexpected as it is. */
export function whySourceEnded(error: unknown): unknown {
  if (!(error instanceof ChangesMissedError)) {
    return error;
  }
  const advice = 'Subscribe again, and read again what may have changed.';

  return error.isReaderSlow
    ? retriable('STREAM_TOO_SLOW', `More has changed than was read in time. ${advice}`)
    : retriable('STREAM_INTERRUPTED', `Some changes may have been missed. ${advice}`);
}

function retriable(
  code: 'SERVER_STOPPING' | 'STREAM_INTERRUPTED' | 'STREAM_TOO_SLOW',
  message: string,
): GraphQLError {
  return refusal(code, message, { isRetriable: true });
}
