/** Whose a stream is, and whether it still is theirs. */
import { GraphQLError } from 'graphql';

import type { Context } from '../../context.ts';
import { networkOf } from '../../http/client-address.ts';
import { refusalOfAnonymous } from '../scopes.ts';
import type { StreamHolder } from './open-streams.ts';

export function holderOf({ exchange, session, accessToken, currentUser }: Context): StreamHolder {
  return {
    login: accessToken?.id ?? session.row?.id ?? null,
    user: currentUser?.id ?? null,
    network: exchange.address === null ? null : networkOf(exchange.address),
  };
}

export interface StreamLoginOptions {
  /** The context in which the stream began. */
  readonly beginning: Context;
  /** The context of the same request, if it came now. */
  readonly lookUpContext: () => Promise<Context>;
  readonly isDisabled: (userId: string) => Promise<boolean>;
  /** Is told why the stream cannot go on. */
  readonly onEnd: (reason: GraphQLError) => void;
}

/** The login that a stream began with. An anonymous visitor has none that could end. */
export class StreamLogin {
  readonly #options: StreamLoginOptions;
  #latest: Context;
  #isLookingUp = false;
  #isDue = false;

  constructor(options: StreamLoginOptions) {
    this.#options = options;
    this.#latest = options.beginning;
  }

  /** For how many milliseconds the login lasts if nothing happens. */
  get timeLeft(): number {
    const { accessToken, session, clock } = this.#latest;
    const end = accessToken ? accessToken.expiresAt : session.expiresAt;

    return end ? end.getTime() - clock().getTime() : Infinity;
  }

  /** Compares the context of a moment with that of the beginning. */
  async see(now: Context): Promise<void> {
    const { beginning, isDisabled, onEnd } = this.#options;
    const { currentUser } = beginning;
    this.#latest = now;
    if (currentUser && currentUser.id !== now.currentUser?.id) {
      // A disabled account loses its sessions. Whoever was logged in may know which of the two it is.
      const isOut = await isDisabled(currentUser.id);
      const reason = isOut ? 'ACCOUNT_DISABLED' : now.session.anonymousReason;
      onEnd(refusalOfAnonymous(reason ?? 'NOT_LOGGED_IN'));
    }
  }

  /** Asks the database. However often it is called meanwhile, that is once more at the most. */
  lookUp(): void {
    this.#isDue = this.#options.beginning.currentUser !== null;
    if (!this.#isLookingUp) {
      void this.#lookUpWhileDue();
    }
  }

  async #lookUpWhileDue(): Promise<void> {
    const { lookUpContext, onEnd } = this.#options;
    this.#isLookingUp = true;
    while (this.#isDue) {
      this.#isDue = false;
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await this.see(await lookUpContext());
      } catch (error) {
        // A storage that does not answer ends no login, and delivers nothing either.
        if (isBadToken(error)) {
          onEnd(error);
        }
      }
    }
    this.#isLookingUp = false;
  }
}

function isBadToken(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.extensions['code'] === 'UNAUTHENTICATED';
}
