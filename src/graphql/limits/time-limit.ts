import type { GraphQLError } from 'graphql';

import { refusal } from '../errors.ts';

/** How long an operation may go on: until its time is up, or the client has gone. */
export interface TimeLimit extends Disposable {
  /** Aborted with the error that answers the operation. What has not begun by then does not begin. */
  readonly signal: AbortSignal;
  /** What `work` comes to, or the error of the signal, whichever is first. For one work at a time. */
  race<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * @param client aborted when the client goes away
 * @param limit in milliseconds
 */
export function startTimeLimit(client: AbortSignal, limit: number): TimeLimit {
  const controller = new AbortController();
  const { signal } = controller;
  const start = performance.now();
  let onEnd: ((error: GraphQLError) => void) | null = null;

  function end(error: GraphQLError): void {
    controller.abort(error);
    onEnd?.(error);
  }
  function cancel(): void {
    end(cancelled());
  }
  const timer = setTimeout(() => end(timeout(limit, Math.round(performance.now() - start))), limit);
  client.addEventListener('abort', cancel);
  if (client.aborted) {
    cancel();
  }

  return {
    signal,
    // Neither Promise.race nor a listener of the signal: they would cost as much as all the rest of it.
    race: <Result>(work: () => Promise<Result>) => {
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      if (signal.aborted) {
        reject(signal.reason);
      } else {
        onEnd = reject;
        work().then(resolve, reject);
      }

      return promise;
    },
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      client.removeEventListener('abort', cancel);
    },
  };
}

function timeout(limit: number, actual: number): GraphQLError {
  const message =
    `The operation was stopped, because it took longer than ${limit} ms. ` +
    'What its mutations had finished by then stays.';

  return refusal('OPERATION_TIMEOUT', message, { limit, actual });
}

function cancelled(): GraphQLError {
  return refusal('OPERATION_CANCELLED', 'The operation was stopped, because its client has gone.');
}
