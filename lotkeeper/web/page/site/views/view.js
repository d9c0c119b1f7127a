// What all views share: their element, what they watch, and what ends with them.

import { h } from "../parts/element.js";

export class View {
  #ends = [];
  #ended = new AbortController();

  constructor(title, ...inner) {
    this.title = title;
    this.element = h("div", { class: "view" }, ...inner);
  }

  /** Ends the questions of this view when it is left. */
  get signal() {
    return this.#ended.signal;
  }

  /** Draws now, and after each change of these topics. */
  watch(store, topics, draw) {
    this.atEnd(store.watch(topics, draw));
    draw();
  }

  atEnd(end) {
    this.#ends.push(end);
  }

  close() {
    this.#ended.abort();
    this.#ends.forEach((end) => end());
  }
}

/** Calls `ask` now, and after `changed()` again, at most once in `restMs`; never twice at a time. */
export class Asking {
  #ask;
  #restMs;
  #timer = null;
  #isAsking = false;
  #isWanted = false;

  constructor(view, restMs, ask) {
    this.#ask = ask;
    this.#restMs = restMs;
    view.atEnd(() => clearTimeout(this.#timer));
    view.signal.addEventListener("abort", () => (this.#isWanted = false));
  }

  changed() {
    this.#isWanted = true;
    if (this.#timer === null && !this.#isAsking) this.#run();
  }

  async #run() {
    this.#isWanted = false;
    this.#isAsking = true;
    await this.#ask();
    this.#isAsking = false;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#isWanted) this.#run();
    }, this.#restMs);
  }
}
