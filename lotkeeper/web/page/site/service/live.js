// Keeps the store up to date: connects, notices silence, says since when, and connects again.

import { openEvents, ServiceError, NO_ANSWER } from "./api.js";
import { readEvents } from "./events.js";
import { Lots } from "./lots.js";
import { applyChange } from "./change.js";

const SILENT_AFTER_MS = 40_000; // two heartbeats
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/** `connection` in the store: { state, since, reason, again }; state is connecting, live, gone or lost. */
export class Live {
  #store;
  #pauseMs = FIRST_PAUSE_MS;
  #wake = () => {};

  constructor(store) {
    this.#store = store;
    store.set("lots", new Lots());
    store.set("connection", { state: "connecting", since: Date.now(), reason: "", again: 0 });
    document.addEventListener("visibilitychange", () => document.hidden || this.tryNow());
    window.addEventListener("online", () => this.tryNow());
  }

  /** Never returns. */
  async run() {
    for (;;) {
      await this.#connect().catch((error) => this.#lost(error));
      await this.#pause();
    }
  }

  /** Without waiting for the end of the pause. */
  tryNow() {
    this.#wake();
  }

  async #connect() {
    const ended = new AbortController();
    const silence = new Silence(() => ended.abort());
    try {
      const answer = await openEvents(ended.signal);
      await readEvents(
        answer,
        (name, data) => this.#told(name, data),
        () => silence.heard(),
      );
      throw new ServiceError("the HTTP server of lotkeeper has ended the connection");
    } finally {
      silence.end();
    }
  }

  #told(name, data) {
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#store.set("heard", Date.now());
    if (name === "gone") return this.#state("gone", data.error);
    this.#state("live", "");
    if (name === "lots") {
      this.#store.get("lots").take(data);
      this.#store.touch("lots");
    } else if (name === "status-change") {
      applyChange(this.#store.get("status"), data);
      this.#store.touch("status");
    } else {
      this.#store.set(name, data);
    }
  }

  #lost(error) {
    const reason = error instanceof ServiceError ? error.message : NO_ANSWER;
    this.#state("lost", reason, Date.now() + this.#pauseMs);
  }

  /** `since` stays as long as the state does; data is as old as the last moment at which all was well. */
  #state(state, reason, again = 0) {
    const before = this.#store.get("connection");
    if (before.state === state && before.reason === reason && before.again === again) return;
    const bad = (each) => each === "lost" || each === "gone";
    const since = before.state === state || (bad(state) && bad(before.state)) ? before.since : Date.now();
    this.#store.set("connection", { state, since, reason, again });
  }

  async #pause() {
    const timer = new Promise((resolve) => {
      const id = setTimeout(resolve, this.#pauseMs);
      this.#wake = () => (clearTimeout(id), resolve());
    });
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    await timer;
    this.#wake = () => {};
  }
}

/** Calls `found` when nothing was heard for too long. */
class Silence {
  #found;
  #timer;

  constructor(found) {
    this.#found = found;
    this.heard();
  }

  heard() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#found, SILENT_AFTER_MS);
  }

  end() {
    clearTimeout(this.#timer);
  }
}
