import { createLocalChanges, type Changes } from '../../src/database/changes.ts';

/** Changes that know who listens. */
export interface CountedChanges extends Changes {
  /** How many listen at the moment. */
  listening(): number;
  /** What anybody has ever listened to. */
  readonly topics: readonly string[];
}

export function createCountedChanges(): CountedChanges {
  const changes = createLocalChanges();
  const topics: string[] = [];
  const listeners = new Set<object>();

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
    listening: () => listeners.size,
    topics,
  };
}
