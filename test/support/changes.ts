import type { ChangeListener, ClosableChanges } from '../../src/database/changes.ts';
import { createChanges } from '../../src/database/create-changes.ts';

/** Changes that know who listens. */
export interface CountedChanges extends ClosableChanges {
  /** How many listen at the moment. */
  listening(): number;
  /** What anybody has ever listened to. */
  readonly topics: readonly string[];
  /** Tells everybody that something may have been missed. */
  interrupt(): void;
}

export function createCountedChanges(databaseUrl: string): CountedChanges {
  const changes = createChanges(databaseUrl);
  const topics: string[] = [];
  const listeners = new Set<ChangeListener>();

  return {
    publish: async (em, ...published) => changes.publish(em, ...published),
    listen: async (names, listener) => {
      const stop = await changes.listen(names, listener);
      topics.push(...names);
      listeners.add(listener);

      return () => {
        listeners.delete(listener);
        stop();
      };
    },
    close: async () => changes.close(),
    listening: () => listeners.size,
    topics,
    interrupt: () => listeners.forEach((listener) => listener.onGap()),
  };
}
