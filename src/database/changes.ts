/**
 * What has changed, told to whoever waits for it. A change carries ids and nothing else: whoever hears of it
 * reads for themselves what they may see, as of then.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { SqlEntityManager } from '@mikro-orm/sqlite';

import { ChangeListeners } from './change-listeners.ts';

export interface Change {
  /** What is listened to. The module that tells of it makes the name. */
  readonly topic: string;
  /** What has happened. */
  readonly kind: string;
  /** Of what it has happened to. */
  readonly id: string;
}

export interface ChangeListener {
  /** Called in the order of the commits. It must be quick, and must not throw. */
  onChange(change: Change): void;
  /** Changes may have been missed. */
  onGap(): void;
}

export interface Changes {
  /**
   * Tells of changes once the transaction of `em` is committed, and never when it is rolled back; at once
   * where there is no transaction.
   */
  publish(em: SqlEntityManager, ...changes: readonly Change[]): Promise<void>;
  /**
   * When the promise is fulfilled, nothing is missed any more.
   *
   * @returns ends it
   */
  listen(topics: readonly string[], listener: ChangeListener): Promise<() => void>;
}

/** Changes that may have a connection of their own. */
export interface ClosableChanges extends Changes {
  close(): Promise<void>;
}

/** For a database that one process has to itself: what changes is known here. */
export function createLocalChanges(): ClosableChanges {
  const listeners = new ChangeListeners();
  // MikroORM would take what a listener reads at once for a part of the transaction that was just committed.
  const outside = AsyncLocalStorage.snapshot();

  return {
    publish: async (em, ...changes) => {
      afterCommit(em, () => outside(() => changes.forEach((change) => listeners.tell(change))));
    },
    listen: async (topics, listener) => listeners.add(topics, listener),
    close: async () => {},
  };
}

function afterCommit(em: SqlEntityManager, tell: () => void): void {
  if (!em.isInTransaction()) {
    tell();
    return;
  }
  // A transaction has an event manager of its own, which goes with it.
  em.getEventManager().registerSubscriber({ afterTransactionCommit: async () => tell() });
}
