// All lots: searched, sorted, filtered. The open ones are live; closed ones are asked for.

import { ask } from "../service/api.js";
import { listed } from "../service/lots.js";
import { h, setText } from "../parts/element.js";
import { notice } from "../parts/facts.js";
import { lotTable } from "./lot_table.js";
import { View } from "./view.js";

const STATES = [
  ["", "Open"],
  ["SELLING", "Selling"],
  ["QUEUED", "Queued"],
  ["PARKED", "Parked"],
  ["HELD", "Held"],
  ["OPEN", "Without a SELL yet"],
  ["CLOSED", "Closed"],
];
const MOST_CLOSED = 500;

export class LotsView {
  #store;
  #table;
  #closed = null;
  #trouble = h("div", null);
  #count = h("p", { class: "count-line dim" });
  #search = h("input", { type: "search", placeholder: "Search lot or pair", "aria-label": "Search lot or pair" });
  #state = h(
    "select",
    { "aria-label": "State" },
    STATES.map(([value, text]) => h("option", { value }, text)),
  );

  constructor(store, { state = "", q = "" }) {
    this.view = new View("Lots");
    this.#store = store;
    this.#table = lotTable(() => store.get("status"));
    this.#state.value = state;
    this.#search.value = q;
    const tools = h("div", { class: "toolbar" }, this.#search, this.#state, this.#table.sortChoice);
    const head = h("div", { class: "head" }, h("h1", null, "Lots"), this.#count);
    this.view.element.append(head, tools, this.#trouble, this.#table.element);
    this.#search.addEventListener("input", () => this.#draw());
    this.#state.addEventListener("change", () => this.#choose());
    this.view.atEnd(() => this.#table.close());
    this.view.watch(store, ["lots", "status"], () => this.#draw());
    if (state) this.#choose();
  }

  async #choose() {
    this.#closed = null;
    this.#trouble.replaceChildren();
    this.#draw();
    if (this.#state.value !== "CLOSED") return;
    try {
      const rows = await ask("positions", { all: true, state: "closed", limit: MOST_CLOSED }, this.view.signal);
      this.#closed = rows.map(listed);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#trouble.replaceChildren(notice(error.message, "bad"));
      return this.#table.fail();
    }
    this.#draw();
  }

  #draw() {
    const wanted = this.#state.value;
    const all = this.#known(wanted);
    if (!all) {
      setText(this.#count, "loading");
      return this.#table.wait();
    }
    const text = this.#search.value.trim().toUpperCase();
    const found = all.filter((lot) => (!wanted || lot.state === wanted) && (!text || lot.lot.includes(text)));
    const whole = found.length === all.length ? `${all.length}` : `${found.length} of ${all.length}`;
    setText(this.#count, `${whole} ${wanted === "CLOSED" ? "closed" : "open"}`);
    this.#table.show(found, all.length ? "no such lot" : `no ${wanted === "CLOSED" ? "closed" : "open"} lot`);
  }

  /** The lots among which is chosen; null before the service has told them. */
  #known(wanted) {
    if (wanted === "CLOSED") return this.#closed;
    const lots = this.#store.get("lots");
    return lots.known ? lots.all() : null;
  }
}
