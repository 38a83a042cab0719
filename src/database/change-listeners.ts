import type { Change, ChangeListener } from './changes.ts';

/** Who in this process listens to what. */
export class ChangeListeners {
  readonly #byTopic = new Map<string, Set<ChangeListener>>();

  /** @returns ends it */
  add(topics: readonly string[], listener: ChangeListener): () => void {
    for (const topic of topics) {
      const listeners = this.#byTopic.get(topic) ?? new Set();
      this.#byTopic.set(topic, listeners.add(listener));
    }

    return () => topics.forEach((topic) => this.#remove(topic, listener));
  }

  tell(change: Change): void {
    for (const listener of this.#byTopic.get(change.topic) ?? []) {
      listener.onChange(change);
    }
  }

  /** Tells everybody that something may have been missed. */
  interrupt(): void {
    const everybody = Array.from(this.#byTopic.values(), (listeners) => [...listeners]).flat();
    for (const listener of new Set(everybody)) {
      listener.onGap();
    }
  }

  #remove(topic: string, listener: ChangeListener): void {
    const listeners = this.#byTopic.get(topic);
    listeners?.delete(listener);
    if (listeners?.size === 0) {
      this.#byTopic.delete(topic);
    }
  }
}
