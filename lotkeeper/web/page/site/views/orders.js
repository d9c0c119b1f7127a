// Orders on the book, orders of all time, and fills.

import { ask } from "../service/api.js";
import { cancel } from "../service/interventions.js";
import { button, h } from "../parts/element.js";
import { notice } from "../parts/facts.js";
import { intervene } from "../parts/intervention.js";
import { fillTable } from "./fill_table.js";
import { orderTable } from "./order_table.js";
import { Asking, View } from "./view.js";

const TABS = [
  ["", "On the book"],
  ["all", "All orders"],
  ["fills", "Fills"],
];
const PAGE = 100;
const REST_MS = 2_000;

export class OrdersView {
  #which;
  #table;
  #rows = [];
  #more = button("More", () => this.#next());
  #trouble = h("div", null);

  constructor(store, which) {
    this.view = new View({ all: "All orders", fills: "Fills" }[which] ?? "Orders");
    this.#which = which in { all: 1, fills: 1 } ? which : "";
    this.#table = this.#which === "fills" ? fillTable() : orderTable(this.#which === "" ? cancelButton : null);
    this.#more.hidden = true;
    this.view.element.append(
      h("div", { class: "head" }, h("h1", null, "Orders"), this.#table.sortChoice),
      tabs(this.#which),
      this.#trouble,
      this.#table.element,
      h("div", { class: "buttons start" }, this.#more),
    );
    this.view.atEnd(() => this.#table.close());
    const asking = new Asking(this.view, REST_MS, () => this.#look());
    this.view.watch(store, ["lots"], () => asking.changed());
  }

  async #look() {
    if (this.#rows.length > PAGE) return; // older pages are being read
    await this.#ask("", (rows) => (this.#rows = rows));
  }

  async #next() {
    await this.#ask(this.#rows.at(-1).key, (rows) => (this.#rows = [...this.#rows, ...rows]));
  }

  async #ask(before, take) {
    const [path, options] =
      this.#which === "fills"
        ? ["fills", { limit: PAGE, before }]
        : this.#which === "all"
          ? ["orders", { all: true, limit: PAGE, before }]
          : ["orders", { limit: 1000 }];
    try {
      const rows = await ask(path, options, this.view.signal);
      take(rows);
      this.#more.hidden = this.#which === "" || rows.length < PAGE;
      this.#trouble.replaceChildren();
      this.#table.show(this.#rows);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#trouble.replaceChildren(notice(error.message, "bad"));
      this.#table.fail();
    }
  }
}

function tabs(which) {
  return h(
    "nav",
    { class: "tabs", "aria-label": "Which orders" },
    TABS.map(([place, title]) =>
      h("a", { href: `#/orders/${place}`, "aria-current": place === which ? "page" : null }, title),
    ),
  );
}

function cancelButton(row) {
  const name = row.client_order_id ?? String(row.order_id);
  return button("Cancel…", () => intervene(cancel(name)), "small", { "aria-label": `Cancel ${row.side} ${name}` });
}
