// One pair: its price with what was bought and sold, its lots, and what a person can do.

import { ask } from "../service/api.js";
import { pause, resume, sellPair } from "../service/interventions.js";
import { button, h } from "../parts/element.js";
import { facts, figures, notice, section } from "../parts/facts.js";
import { intervene } from "../parts/intervention.js";
import { brief, shorten, signed, tone } from "../shown/decimal.js";
import { duration, moment } from "../shown/times.js";
import { PricePanel } from "./price_panel.js";
import { lotTable } from "./lot_table.js";
import { state } from "./pair_table.js";
import { Asking, View } from "./view.js";

const MOST_FILLS = 500;
const REST_MS = 2_000;
const KINDS = { BUY: "buy", SELL: "sell" };

export class PairView {
  #store;
  #pair;
  #pill = h("span", { class: "pill" });
  #actions = h("div", { class: "buttons start" });
  #figures = h("div", null);
  #facts = h("div", null);
  #table;
  #chart;
  #trades = [];
  #asking;
  #isKnown = false;
  #trouble = h("div", null);
  #parts = h("div", { class: "parts" });

  constructor(store, pair) {
    this.view = new View(pair);
    this.#store = store;
    this.#pair = pair;
    this.#table = lotTable(() => store.get("status"), { isPairShown: false });
    const head = h("div", { class: "head" }, h("h1", null, pair), this.#pill);
    this.#chart = new PricePanel(this.view, store, pair, () => this.#marks());
    this.#asking = new Asking(this.view, REST_MS, () => this.#look());
    this.#parts.append(
      this.#figures,
      this.#actions,
      this.#chart.element,
      section("Open lots", this.#table.element),
      section("More", this.#facts),
    );
    this.view.element.append(head, this.#trouble, this.#parts);
    this.view.atEnd(() => this.#table.close());
    this.view.watch(store, ["lots"], () => this.#isKnown && this.#asking.changed());
    this.view.watch(store, ["status"], () => this.#draw());
    this.view.watch(store, ["lots", "status"], () => {
      const lots = store.get("lots");
      if (lots.known) this.#table.show(lots.of(pair));
    });
  }

  /** The prices of the lots' SELLs and stops, and what was bought and sold. */
  #marks() {
    const lots = this.#store.get("lots").of(this.#pair);
    const sells = lots.map((lot) => ({ price: lot.trigger, kind: "floor", title: "SELL", titles: "SELLs" }));
    const stops = lots.map((lot) => ({ price: lot.stop, kind: "stop", title: "stop", titles: "stops" }));
    return { lines: [...sells, ...stops], trades: this.#trades };
  }

  async #look() {
    try {
      const fills = await ask("fills", { pair: this.#pair, limit: MOST_FILLS }, this.view.signal);
      this.#trades = fills.map(({ time, side, lot }) => ({ at: time, kind: KINDS[side], of: lot }));
      this.#chart.mark();
    } catch {
      // The chart is without the newest marks; a lost connection is told at the top.
    }
  }

  #draw() {
    const status = this.#store.get("status");
    if (!status?.pairs) return;
    const pair = status.pairs[this.#pair];
    this.#trouble.replaceChildren(pair ? "" : notice(`${this.#pair} is not configured`, "bad"));
    this.#parts.hidden = !pair;
    if (!pair) return;
    if (!this.#isKnown) this.#asking.changed();
    this.#isKnown = true;
    const [word, kind] = state(pair);
    this.#pill.textContent = word;
    this.#pill.dataset.tone = kind;
    if (pair.lots_open !== undefined) this.#drawNumbers(pair);
    this.#drawActions(pair);
  }

  #drawNumbers(pair) {
    const money = (amount) => `${signed(brief(amount))} ${pair.quote}`;
    this.#figures.replaceChildren(
      figures([
        ["Bid", pair.price?.bid ?? "–", pair.price?.stale ? "bad" : null, pair.price?.stale ? "stale" : null],
        ["Next SELL at", pair.nearest_sell ?? "–"],
        ["Realised", money(pair.realised_profit), tone(pair.realised_profit)],
        [
          "Unrealised",
          pair.unrealised_profit ? money(pair.unrealised_profit) : "–",
          pair.unrealised_profit ? tone(pair.unrealised_profit) : null,
        ],
      ]),
    );
    this.#facts.replaceChildren(facts(more(pair), "pairs-of-two"));
  }

  #drawActions(pair) {
    const drawn = String(pair.paused);
    if (this.#actions.dataset.drawn === drawn) return;
    this.#actions.dataset.drawn = drawn;
    const change = pair.paused
      ? button("Resume…", () => intervene(resume(this.#pair)), "main")
      : button("Pause…", () => intervene(pause(this.#pair)));
    this.#actions.replaceChildren(
      change,
      button("Sell all lots…", () => intervene(sellPair(this.#pair, pair.quote))),
    );
  }
}

function more(pair) {
  const pause_ = pair.pause
    ? [pair.pause.since && moment(pair.pause.since), `by ${pair.pause.who} ${pair.pause.why}`]
    : null;
  return [
    pause_ ? ["paused since", pause_[0], pause_[1], "warn"] : null,
    pair.trouble ? ["trouble", "yes", pair.trouble, "bad"] : null,
    pair.watch_only ? ["watch-only", "yes", pair.watch_only, "bad"] : null,
    ["complete as of", pair.complete_as_of ? moment(pair.complete_as_of) : "not yet"],
    ["open quantity", pair.open_quantity],
    ["which cost", `${shorten(pair.open_cost)} ${pair.quote}`],
    ["BUYs", String(pair.buys)],
    ["lots closed", String(pair.lots_closed)],
    ["held on average", pair.mean_held_seconds === null ? null : duration(pair.mean_held_seconds)],
    ["fees", `${shorten(pair.fees_quote)} ${pair.quote}`],
    ["history from", pair.history_from ? moment(pair.history_from) : null],
    ...pair.waiting.map((lot) => [lot.lot, lot.state.toLowerCase(), lot.reason, "warn"]),
  ];
}
