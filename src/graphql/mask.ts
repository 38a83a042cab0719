import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';

import { isStorageFault } from '../database/storage-fault.ts';
import type { Exchange } from '../http/exchange.ts';
import { isRefusedValue, masked, withCode } from './errors.ts';

/** Where errors are made, and told of. */
export interface MaskScope {
  readonly exchange: Pick<Exchange, 'requestId'>;
  readonly log: Logger;
}

/**
 * Lets through what was made to be seen by clients; logs and hides anything else.
 *
 * @param scope of the operation whose errors these are
 */
export function createMask(scope: MaskScope): (error: unknown) => GraphQLError {
  let isFaultLogged = false;

  /** One line for a fault of the storage, however many fields it strikes. */
  function hidden(cause: unknown, located: GraphQLError | null): GraphQLError {
    const isFault = isStorageFault(cause);
    const code = isFault ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR';
    if (!isFault || !isFaultLogged) {
      scope.log.error({ event: 'request_failed', err: cause, path: located?.path, code }, 'Failed');
    }
    isFaultLogged ||= isFault;

    return masked(located, code, scope.exchange.requestId);
  }

  return (error) => {
    if (!(error instanceof GraphQLError)) {
      return hidden(error, null);
    }
    if (isForClients(error)) {
      return error;
    }

    return isRefusedValue(error)
      ? withCode(error, 'BAD_USER_INPUT')
      : hidden(error.cause ?? error, error);
  };
}

function isForClients({ cause, extensions }: GraphQLError): boolean {
  return extensions['code'] !== undefined && (!cause || cause instanceof GraphQLError);
}
