/** What a stream is made of, and what it does with Envelop's pipeline: subscribe once, execute each event. */
import { createSourceEventStream, validateSubscriptionArgs, type ExecutionResult } from 'graphql';

import type { Context } from '../../context.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { ResultFinisher } from '../finish-result.ts';
import type { OperationLimits } from '../limits/operation-limits.ts';
import { startTimeLimit, type TimeLimit } from '../limits/time-limit.ts';
import {
  buildContext,
  summarize,
  type GetPipeline,
  type Pipeline,
  type PreparedOperation,
} from '../run-operation.ts';
import type { OpenStreams } from './open-streams.ts';

export interface StreamOptions {
  readonly getPipeline: GetPipeline;
  readonly limits: OperationLimits;
  readonly openStreams: OpenStreams;
  /** How often, in milliseconds, a stream shows that it lives, and its login is looked up. */
  readonly heartbeat: number;
  /**
   * Calls back whenever something may have ended a login of the user.
   *
   * @returns ends it
   */
  readonly watchLogin: (userId: string, onChange: () => void) => Promise<() => void>;
  /** Whether an account is disabled, of a user whose login has ended. */
  readonly isDisabled: (userId: string) => Promise<boolean>;
  readonly initialContext: (
    exchange: Exchange,
    signal: AbortSignal,
    isContinued: boolean,
  ) => object;
}

export interface StreamRequest extends StreamOptions {
  readonly exchange: Exchange;
  readonly prepared: PreparedOperation;
  readonly finisher: ResultFinisher;
  /** For the beginning. Each event has a time of its own. */
  readonly time: TimeLimit;
}

/**
 * The context of the request, as it would be at this moment.
 *
 * @param isContinued false for the beginning of the stream, which is a use of the login
 */
export async function contextNow(
  { exchange, prepared, initialContext, getPipeline }: StreamRequest,
  signal: AbortSignal,
  isContinued: boolean,
): Promise<{ readonly pipeline: Pipeline; readonly context: Context }> {
  const pipeline = getPipeline(initialContext(exchange, signal, isContinued));

  return { pipeline, context: await buildContext(pipeline, prepared.operation) };
}

/** The same to look at, within the time that an operation may take. */
export async function lookUpContext(request: StreamRequest): Promise<Context> {
  using time = startTimeLimit(request.exchange.signal, request.limits.time);
  const { context } = await time.race(async () => contextNow(request, time.signal, true));

  return context;
}

/**
 * The gate of the field comes first: who is refused makes nobody listen.
 *
 * @returns what happens; a result when there is an error
 */
export async function subscribe(
  { prepared }: StreamRequest,
  context: Context,
): Promise<AsyncIterable<unknown> | ExecutionResult> {
  // There may be no event that would do it.
  summarize(context, prepared.operation);
  const args = validateSubscriptionArgs({ ...prepared.args, contextValue: context });

  return 'schema' in args ? createSourceEventStream(args) : { errors: args };
}

/** @param see is shown the context in which it is executed */
export async function executeEvent(
  request: StreamRequest,
  event: unknown,
  see: (context: Context) => Promise<void>,
): Promise<ExecutionResult> {
  const { exchange, finisher, limits, prepared } = request;
  using time = startTimeLimit(exchange.signal, limits.time);
  const { signal } = time;

  return await finisher.run(time, async () => {
    const { pipeline, context: contextValue } = await contextNow(request, signal, true);
    await see(contextValue);

    return pipeline.execute({ ...prepared.args, rootValue: event, contextValue, signal });
  });
}
