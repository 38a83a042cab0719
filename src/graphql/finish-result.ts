/** What is done to every result before a client sees it: its time and size are bounded, its errors masked and counted. */
import type { ExecutionResult, GraphQLError } from 'graphql';

import type { Exchange } from '../http/exchange.ts';
import { refuseAnswer } from './limits/answer-size.ts';
import { capErrors } from './limits/cap-errors.ts';
import type { OperationLimits } from './limits/operation-limits.ts';
import type { TimeLimit } from './limits/time-limit.ts';
import { createMask, type MaskScope } from './mask.ts';

/** The errors may be anything that was thrown. */
export type UnmaskedResult = Omit<ExecutionResult, 'errors'> & {
  readonly errors?: readonly unknown[];
};

/** The request whose results these are. */
export interface FinisherScope extends MaskScope {
  readonly exchange: Exchange;
}

export interface ResultFinisher {
  finish(result: UnmaskedResult): ExecutionResult;
  /** Does the work within its time, and finishes what it comes to. */
  run(time: TimeLimit, work: () => Promise<UnmaskedResult>): Promise<ExecutionResult>;
}

export function createResultFinisher(
  scope: FinisherScope,
  limits: OperationLimits,
): ResultFinisher {
  const mask = createMask(scope);

  function finish({ errors: thrown, ...result }: UnmaskedResult): ExecutionResult {
    const errors = thrown && capErrors(thrown.map(mask), limits.errors);
    summarize(scope.exchange, errors);

    return { ...(errors && { errors }), ...result };
  }

  async function run(
    time: TimeLimit,
    work: () => Promise<UnmaskedResult>,
  ): Promise<ExecutionResult> {
    let result: UnmaskedResult;
    try {
      result = withinSize(await time.race(work), limits.answerSize);
    } catch (error) {
      result = failure(error, time.signal, scope);
    }

    return finish(result);
  }

  return { finish, run };
}

function summarize({ summary }: Exchange, [first]: readonly GraphQLError[] = []): void {
  const code = first?.extensions['code'];
  if (typeof code === 'string') {
    summary.code = code;
  }
}

function withinSize(result: UnmaskedResult, limit: number): UnmaskedResult {
  const tooLarge = refuseAnswer(result, limit);

  return tooLarge ? { data: null, errors: [tooLarge] } : result;
}

/** What there is instead of a result. An operation that was stopped had begun: its data is null. */
function failure(error: unknown, signal: AbortSignal, { log }: FinisherScope): UnmaskedResult {
  if (!signal.aborted || error !== signal.reason) {
    return { errors: [error] };
  }
  log.warn({ event: 'operation_stopped', err: error }, 'An operation was stopped');

  return { data: null, errors: [error] };
}
