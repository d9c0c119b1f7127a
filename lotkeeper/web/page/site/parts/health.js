// The line at the top: whether all is proven, and what was earned today. Below it, while it is so, that the connection
// is lost, since when, and how old all that is shown is.

import { h, button, setText } from "./element.js";
import { brief, signed, tone } from "../shown/decimal.js";
import { clock, counting, duration } from "../shown/times.js";
import { say } from "./spoken.js";

const WORDS = { ok: "Proven", starting: "Starting", degraded: "Degraded", standby: "Standby" };

export class Health {
  #store;
  #live;
  #line = document.getElementById("health");
  #notice = document.getElementById("connection");
  #told = h("span", null);
  #was = { health: "", state: "live" };

  constructor(store, live) {
    this.#store = store;
    this.#live = live;
    this.#notice.append(
      this.#told,
      button("Try now", () => this.#live.tryNow()),
    );
    store.watch(["status", "connection", "today", "lots"], () => this.#draw());
    setInterval(() => this.#drawConnection(), 1000);
    this.#draw();
  }

  #draw() {
    const status = this.#store.get("status");
    const { state } = this.#store.get("connection");
    const isLost = state === "lost" || state === "gone";
    document.documentElement.dataset.health = isLost ? "lost" : (status?.health ?? "");
    document.documentElement.dataset.connection = state;
    this.#drawConnection();
    if (!status) setText(this.#line, state === "connecting" ? "Connecting" : "Not connected");
    else this.#line.replaceChildren(...this.#parts(status, state, isLost));
    this.#tell(status, state);
  }

  #parts(status, state, isLost) {
    const word = isLost
      ? { lost: "Not connected", gone: "No answer" }[state]
      : (WORDS[status.health] ?? status.health);
    const kind = isLost || status.health === "degraded" ? "bad" : status.health === "ok" ? "good" : "warn";
    const switchedOn = status.kill_switch?.on
      ? [h("span", { class: "pill", "data-tone": "bad" }, "kill switch on")]
      : [];
    return [h("span", { class: `word ${kind}` }, word), ...this.#today(), ...switchedOn, ...wide(status)];
  }

  #today() {
    const sums = this.#store.get("today");
    if (!sums) return [];
    const shown = sums.length ? sums : [{ quote: "", profit: "0" }];
    return shown.slice(0, 2).map(({ quote, profit }, index) => {
      const amount = `${signed(brief(profit))} ${quote}`.trim();
      return h("span", { class: `today ${tone(profit)}${index ? " more" : ""}` }, amount, h("small", null, " today"));
    });
  }

  #drawConnection() {
    const { state, since, reason, again } = this.#store.get("connection");
    const isLost = state === "lost" || state === "gone";
    this.#notice.hidden = !isLost;
    if (!isLost) return;
    const heard = this.#store.get("heard");
    const old = heard ? ` What you see is of ${clock(Math.min(heard, since))}.` : "";
    const left = Math.ceil((again - Date.now()) / 1000);
    const next = state === "lost" && left > 0 ? ` Next try in ${left} s.` : "";
    const what = state === "gone" ? "The service does not answer" : "The connection is lost";
    const lasts = counting((Date.now() - since) / 1000);
    setText(this.#told, `${what} since ${clock(since)} (${lasts}): ${reason}.${old}${next}`);
  }

  /** What a screen reader says by itself: changes of these alone. */
  #tell(status, state) {
    const health = status?.health ?? "";
    if (state !== this.#was.state && ["lost", "gone"].includes(state)) say(this.#told.textContent);
    else if (state === "live" && ["lost", "gone"].includes(this.#was.state)) say("The connection is there again");
    else if (health !== this.#was.health && this.#was.health) say(`Health is ${WORDS[health] ?? health}`);
    this.#was = { health, state };
  }
}

function wide(status) {
  if (!status.totals) return [h("span", { class: "wide" }, status.waits ?? "")];
  const old = Object.values(status.pairs).map((pair) => pair.complete_age_seconds ?? null);
  const oldest = old.includes(null) ? null : Math.max(...old);
  const proof = oldest === null ? "some pairs are not proven" : `every trade known up to ${duration(oldest)} ago`;
  return [
    h("span", { class: "wide" }, `${status.totals.lots_open} open lots`),
    h("span", { class: "wide" }, proof),
    h("span", { class: "wide" }, `up ${duration(status.uptime_seconds)}`),
  ];
}
