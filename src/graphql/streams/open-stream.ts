/**
 * One subscription, from its request to its end.
 *
 * Nothing is made before the client has read what came before it: changes wait as ids, in a queue that is bounded.
 * Each is executed by itself, as whoever the same request would belong to by then, so that no event gets out
 * after the login has ended, whether or not anybody told of the end. Besides, the login is looked up when
 * something has happened to the account, when it is about to expire, and with every heartbeat, which finds
 * what another process did; the stream then ends with the code that a request would be refused with.
 */
import type { ExecutionResult } from 'graphql';

import type { StreamedBody } from '../../http/exchange.ts';
import type { UnmaskedResult } from '../finish-result.ts';
import { COMPLETE, nextEvent, PING } from './event-stream.ts';
import type { Endable } from './open-streams.ts';
import { whySourceEnded } from './stream-errors.ts';
import { holderOf, StreamLogin } from './stream-login.ts';
import {
  contextNow,
  executeEvent,
  lookUpContext,
  subscribe,
  type StreamRequest,
} from './stream-request.ts';

/** How long, in milliseconds, between two looks at a login that is about to expire. */
const MIN_PAUSE = 100;

/**
 * When the promise is fulfilled with a stream, no change is missed any more.
 *
 * @returns a result when there is no stream: the gate is shut, or there are too many
 */
export async function openStream(
  request: StreamRequest,
): Promise<ExecutionResult | { readonly body: StreamedBody }> {
  const stream = new OperationStream(request);
  const refused = await request.finisher.run(request.time, async () => stream.begin());
  if (refused.errors) {
    stream.close();

    return refused;
  }

  return { body: stream.body() };
}

class OperationStream implements Endable {
  readonly #request: StreamRequest;
  readonly #controller = new AbortController();
  readonly #parts = new DisposableStack();
  #login: StreamLogin | null = null;
  #source: AsyncIterator<unknown> | null = null;
  /** What the source gave, and is not delivered yet. */
  #arrived: IteratorResult<unknown> | null = null;
  #isPingDue = false;
  #reason: unknown = null;
  #timer: NodeJS.Timeout | undefined;
  #wake: () => void = () => {};

  constructor(request: StreamRequest) {
    this.#request = request;
    const { signal } = request.exchange;
    const close = (): void => this.close();
    signal.addEventListener('abort', close);
    this.#parts.defer(() => signal.removeEventListener('abort', close));
    if (signal.aborted) {
      this.close();
    }
  }

  /** Ends with a last word to the client. The first one counts. */
  end(reason: unknown): void {
    if (!this.#isClosed) {
      this.#reason = reason;
      this.close();
    }
  }

  /** Nothing more is delivered, and nothing is held from here on. */
  close(): void {
    this.#controller.abort();
    clearTimeout(this.#timer);
    this.#parts.dispose();
    this.#wake();
  }

  get #isClosed(): boolean {
    return this.#controller.signal.aborted;
  }

  /** @returns the errors for which there is no stream */
  async begin(): Promise<UnmaskedResult> {
    const { openStreams, watchLogin } = this.#request;
    const { context } = await contextNow(this.#request, this.#controller.signal, false);
    this.#onClose(openStreams.add(this, holderOf(context)));
    const login = new StreamLogin({
      beginning: context,
      lookUpContext: async () => lookUpContext(this.#request),
      isDisabled: this.#request.isDisabled,
      onEnd: (reason) => this.end(reason),
    });
    if (context.currentUser) {
      this.#onClose(await watchLogin(context.currentUser.id, () => login.lookUp()));
    }
    const source = await subscribe(this.#request, context);
    if (!(Symbol.asyncIterator in source)) {
      return source;
    }
    if (this.#isClosed) {
      return {};
    }
    this.#source = source[Symbol.asyncIterator]();
    this.#login = login;
    this.#startTimer(login);
    // It may have ended before it was watched.
    login.lookUp();
    this.#awaitEvent();

    return {};
  }

  async *body(): StreamedBody {
    yield PING;
    while (!this.#isClosed) {
      if (this.#arrived) {
        yield* this.#deliver(this.#arrived);
      } else if (this.#isPingDue) {
        this.#isPingDue = false;
        yield PING;
      } else {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await this.#somethingToDo();
      }
    }
    if (this.#reason !== null) {
      yield nextEvent(this.#request.finisher.finish({ errors: [this.#reason] }));
    }
    yield COMPLETE;
  }

  /** An event that cannot be shown ends the stream: its client would not know what it has missed. */
  async *#deliver({ done, value }: IteratorResult<unknown>): StreamedBody {
    this.#arrived = null;
    const result = done
      ? null
      : await executeEvent(this.#request, value, async (context) => this.#login?.see(context));
    if (this.#isClosed) {
      return;
    }
    if (result) {
      yield nextEvent(result);
    }
    if (result?.data) {
      this.#awaitEvent();
    } else {
      this.close();
    }
  }

  #startTimer(login: StreamLogin): void {
    const pause = Math.min(this.#request.heartbeat, Math.max(login.timeLeft, MIN_PAUSE));
    this.#timer = setTimeout(() => {
      this.#isPingDue = true;
      this.#wake();
      login.lookUp();
      this.#startTimer(login);
    }, pause);
  }

  #awaitEvent(): void {
    this.#source?.next().then(
      (result) => {
        this.#arrived = result;
        this.#wake();
      },
      (error: unknown) => this.end(whySourceEnded(error)),
    );
  }

  async #somethingToDo(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;

    return promise;
  }

  /** At once, when it is closed already. */
  #onClose(release: () => void): void {
    if (this.#isClosed) {
      release();
    } else {
      this.#parts.defer(release);
    }
  }
}
