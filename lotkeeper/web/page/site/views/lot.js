// One lot: where it stands, its price chart, and its whole arithmetic, every figure with how it was calculated.

import { ask } from "../service/api.js";
import { sellLot } from "../service/interventions.js";
import { button, h } from "../parts/element.js";
import { facts, figures, folded, notice, section } from "../parts/facts.js";
import { intervene } from "../parts/intervention.js";
import { away } from "../service/lots.js";
import { shorten, signed, tone } from "../shown/decimal.js";
import { duration, moment } from "../shown/times.js";
import { decisionList } from "./decisions.js";
import { sections } from "./explanation.js";
import { lotOrders } from "./lot_orders.js";
import { PricePanel } from "./price_panel.js";
import { Asking, View } from "./view.js";

const REST_MS = 2_000;

export class LotView {
  #store;
  #name;
  #lot = null;
  #drawn = "";
  #pill = h("span", { class: "pill" });
  #top = h("div", null);
  #actions = h("div", { class: "buttons start" });
  #body = h("div", { class: "parts" });
  #trouble = h("div", null);
  #panel = null;
  #place = h("div", null);

  constructor(store, name) {
    this.view = new View(name);
    [this.#store, this.#name] = [store, name];
    const pair = name.slice(0, name.lastIndexOf("-"));
    const back = h("a", { class: "back", href: `#/pairs/${pair}` }, pair);
    this.view.element.append(
      h("div", { class: "head" }, h("h1", null, name), this.#pill, back),
      this.#trouble,
      this.#top,
      this.#actions,
      this.#place,
      this.#body,
    );
    const asking = new Asking(this.view, REST_MS, () => this.#look());
    let known = null;
    this.view.watch(store, ["lots"], () => {
      const now = store.get("lots").get(name) ?? "none";
      if (now !== known || this.#lot === null) asking.changed();
      known = now;
    });
    this.view.atEnd(store.watch(["status"], () => this.#drawTop()));
  }

  async #look() {
    try {
      const name = encodeURIComponent(this.#name);
      const [lot, decisions] = await Promise.all([
        ask(`lots/${name}`, {}, this.view.signal),
        ask("decisions", { lot: this.#name, limit: 50 }, this.view.signal),
      ]);
      this.#lot = lot;
      this.#trouble.replaceChildren();
      this.#draw(decisions);
    } catch (error) {
      if (error.name !== "AbortError") this.#trouble.replaceChildren(notice(error.message, "bad"));
    }
  }

  #draw(decisions) {
    const drawn = JSON.stringify([this.#lot, decisions]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const lot = this.#lot;
    this.#pill.textContent = lot.state.toLowerCase();
    this.#pill.dataset.tone = { CLOSED: "good", SELLING: "accent" }[lot.state] ?? "warn";
    this.#drawTop();
    const isOpen = lot.state !== "CLOSED";
    this.#actions.replaceChildren(
      isOpen ? button("Sell…", () => intervene(sellLot(lot.lot, lot.base, lot.quote)), "main") : "",
    );
    this.#actions.hidden = !isOpen;
    if (!this.#panel) {
      this.#panel = new PricePanel(this.view, this.#store, lot.pair, () => this.#marks());
      this.#place.append(this.#panel.element);
    }
    this.#panel.mark();
    this.#body.replaceChildren(
      lotOrders(lot),
      ...sections(lot).map(part),
      section("What was decided", decisionList(decisions)),
    );
  }

  #drawTop() {
    const lot = this.#lot;
    if (!lot) return;
    const status = this.#store.get("status");
    const distance = away(lot.pair, lot.nearest_trigger, status);
    const bid = status?.pairs?.[lot.pair]?.price?.bid;
    const held = lot.held_seconds ?? (Date.now() - Date.parse(lot.opened)) / 1000;
    const expected = lot.state === "CLOSED" ? lot.realised_net : lot.expected_net;
    this.#top.replaceChildren(
      ...[
        lot.reason ? notice(lot.reason, "warn") : null,
        figures([
          ["Cost", `${shorten(lot.cost)} ${lot.quote}`, null, `${lot.received} ${lot.base}`],
          lot.nearest_trigger
            ? ["SELL at", lot.nearest_trigger, null, distance === null ? "" : `${signed(distance)} % away`]
            : null,
          bid ? ["Bid", bid] : null,
          expected === null
            ? null
            : [
                lot.state === "CLOSED" ? "Realised" : "Expected",
                `${signed(shorten(expected))} ${lot.quote}`,
                tone(expected),
              ],
          [lot.state === "CLOSED" ? "Held for" : "Age", duration(held), null, moment(lot.opened)],
        ]),
      ].filter(Boolean),
    );
  }

  #marks() {
    const lot = this.#lot;
    const open = lot.sells.filter((each) => ["OPEN", "PARTIALLY_FILLED", "PLACING"].includes(each.state));
    const lines = open.map((each) => ({ price: each.price, kind: "floor", title: "SELL", titles: "SELLs" }));
    const stops = open
      .filter((each) => each.stop?.trigger)
      .map((each) => ({ price: each.stop.trigger, kind: "stop", title: "stop", titles: "stops" }));
    const trades = [
      ...lot.buys.map((each) => ({ at: each.time, kind: "buy", of: lot.lot })),
      ...lot.sales.map((each) => ({ at: each.time, kind: "sell", of: lot.lot })),
    ];
    return { lines: [...lines, ...stops], trades };
  }
}

/** Of SELLs that have ended the arithmetic is folded away. */
function part({ title, rows, isOver }) {
  return isOver ? folded(title, facts(rows, "sums")) : section(title, facts(rows, "sums"));
}
