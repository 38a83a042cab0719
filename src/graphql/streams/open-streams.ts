import { serverStopping, tooManyStreams } from './stream-errors.ts';

/** How many streams may be open at once in one process. */
export interface StreamLimits {
  /** For one session or access token. */
  readonly perLogin: number;
  readonly perUser: number;
  /** For one address, or the network of an IPv6 address. */
  readonly perNetwork: number;
  readonly total: number;
}

/** Whom a stream counts for; null for whom there is not. */
export interface StreamHolder {
  readonly login: string | null;
  readonly user: string | null;
  readonly network: string | null;
}

/** Something that can be told to end, and why. */
export interface Endable {
  end(reason: unknown): void;
}

/** The streams that are open: bounded, and ended together when the server stops. */
export class OpenStreams {
  readonly #limits: StreamLimits;
  readonly #streams = new Set<Endable>();
  readonly #counts = new Map<string, number>();
  #isStopping = false;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#streams.size;
  }

  /**
   * @returns takes it out again
   * @throws {GraphQLError} TOO_MANY_STREAMS, SERVER_STOPPING
   */
  add(stream: Endable, holder: StreamHolder): () => void {
    if (this.#isStopping) {
      throw serverStopping();
    }
    const { perLogin, perUser, perNetwork, total } = this.#limits;
    const keys = [
      this.#room('login', holder.login, perLogin, 'one session or access token'),
      this.#room('user', holder.user, perUser, 'one user'),
      this.#room('network', holder.network, perNetwork, 'one network'),
      this.#room('all', '', total, 'everybody together'),
    ].filter((key) => key !== null);
    this.#count(keys, 1);
    this.#streams.add(stream);

    return () => {
      if (this.#streams.delete(stream)) {
        this.#count(keys, -1);
      }
    };
  }

  /** Ends them all. From now on there are no new ones. */
  stop(): void {
    this.#isStopping = true;
    for (const stream of this.#streams) {
      stream.end(serverStopping());
    }
  }

  /** @throws {GraphQLError} TOO_MANY_STREAMS */
  #room(kind: string, id: string | null, limit: number, what: string): string | null {
    if (id === null) {
      return null;
    }
    const key = `${kind}:${id}`;
    if ((this.#counts.get(key) ?? 0) >= limit) {
      throw tooManyStreams(what, limit);
    }

    return key;
  }

  #count(keys: readonly string[], step: number): void {
    for (const key of keys) {
      const count = (this.#counts.get(key) ?? 0) + step;
      if (count === 0) {
        this.#counts.delete(key);
      } else {
        this.#counts.set(key, count);
      }
    }
  }
}
