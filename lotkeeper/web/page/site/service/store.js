// What is known of the service, by topic. Who watches a topic is told once for all changes until the next picture.

export class Store {
  #values = new Map();
  #watchers = new Map();
  #changed = new Set();

  get(topic) {
    return this.#values.get(topic);
  }

  set(topic, value) {
    this.#values.set(topic, value);
    this.touch(topic);
  }

  /** The value has changed within itself. */
  touch(topic) {
    if (this.#changed.size === 0) requestAnimationFrame(() => this.#tell());
    this.#changed.add(topic);
  }

  /** Calls `told` after changes of these topics; returns what ends that. */
  watch(topics, told) {
    for (const topic of topics) {
      if (!this.#watchers.has(topic)) this.#watchers.set(topic, new Set());
      this.#watchers.get(topic).add(told);
    }
    return () => topics.forEach((topic) => this.#watchers.get(topic).delete(told));
  }

  #tell() {
    const told = new Set([...this.#changed].flatMap((topic) => [...(this.#watchers.get(topic) ?? [])]));
    this.#changed.clear();
    told.forEach((each) => each());
  }
}
