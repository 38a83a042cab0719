import type { SqlEntityManager } from '@mikro-orm/sqlite';
import type { Logger } from 'pino';

import {
  createSecurityEvents,
  type SecurityEventHook,
  type SecurityEvents,
} from './auth/security-events.ts';
import type { Context } from './context.ts';
import { forkUntil } from './database/fork-until.ts';
import type { Orm } from './database/orm-options.ts';
import type { Reader } from './database/read-rows.ts';
import type { Loaders } from './graphql/load-by-id.ts';
import type { Exchange } from './http/exchange.ts';
import { logOf } from './log.ts';

/** What requests share. */
export interface SharedScope extends Pick<Context, 'changes' | 'clock' | 'outbox' | 'passwords'> {
  readonly orm: Orm;
  /** Of the application. */
  readonly log: Logger;
  readonly onSecurityEvent?: SecurityEventHook | undefined;
}

/**
 * What a request works with. The getters make their parts when they are first asked: a query needs no entities, and
 * few requests have anything to log.
 */
export class RequestScope {
  readonly exchange: Exchange;
  readonly signal: AbortSignal;
  readonly reader: Reader;
  readonly changes: SharedScope['changes'];
  readonly clock: SharedScope['clock'];
  readonly outbox: SharedScope['outbox'];
  readonly passwords: SharedScope['passwords'];
  readonly #shared: SharedScope;
  #em: SqlEntityManager | null = null;
  #loaders: Loaders | null = null;
  #log: Logger | null = null;
  #events: SecurityEvents | null = null;

  /** @param signal aborted when nothing more is to begin */
  constructor(shared: SharedScope, exchange: Exchange, signal: AbortSignal) {
    const { orm, changes, clock, outbox, passwords } = shared;
    this.exchange = exchange;
    this.signal = signal;
    this.reader = { em: orm.em, signal };
    this.changes = changes;
    this.clock = clock;
    this.outbox = outbox;
    this.passwords = passwords;
    this.#shared = shared;
  }

  get em(): SqlEntityManager {
    this.#em ??= forkUntil(this.#shared.orm.em, this.signal);

    return this.#em;
  }

  get loaders(): Loaders {
    this.#loaders ??= new Map();

    return this.#loaders;
  }

  get log(): Logger {
    this.#log ??= logOf(this.#shared.log, this.exchange);

    return this.#log;
  }

  get events(): SecurityEvents {
    const { orm, onSecurityEvent: hook } = this.#shared;
    const { exchange, clock, log } = this;
    // What has happened is recorded, even when its operation is stopped.
    this.#events ??= createSecurityEvents({ exchange, em: orm.em, clock, log, hook });

    return this.#events;
  }
}
