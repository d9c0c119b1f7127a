// What was earned: over time, and by pair. Whole days of UTC, as `lotkeeper profit` counts.

import { ask } from "../service/api.js";
import { h } from "../parts/element.js";
import { figures, notice, section } from "../parts/facts.js";
import { Table } from "../parts/table.js";
import { brief, counted, shorten, signed, tone } from "../shown/decimal.js";
import { utcDay } from "../shown/times.js";
import { SeriesPanel } from "./series_panel.js";
import { Asking, View } from "./view.js";

const PERIODS = [
  ["1", "Today"],
  ["7", "7 days"],
  ["30", "30 days"],
  ["365", "A year"],
  ["", "All"],
];
const DAY_MS = 86_400_000;
const REST_MS = 10_000;

export class ProfitView {
  #days = "30";
  #sums = h("div", null);
  #trouble = h("div", null);
  #series;
  #pairs = profitTable("profit-pairs", "Profit by pair", "Pair", (row) => row.pair);
  #time = profitTable("profit-days", "Profit by day", "Day (UTC)", (row) => row.period);
  #asking;

  constructor(store) {
    this.view = new View("Profit");
    this.#series = new SeriesPanel(this.view, store);
    this.view.element.append(
      h("div", { class: "head" }, h("h1", null, "Profit"), this.#choice()),
      this.#trouble,
      this.#sums,
      this.#series.element,
      section("By pair", this.#pairs.element),
      section("By day", this.#time.element),
    );
    [this.#pairs, this.#time].forEach((table) => this.view.atEnd(() => table.close()));
    this.#asking = new Asking(this.view, REST_MS, () => this.#look());
    this.view.watch(store, ["today"], () => this.#asking.changed());
  }

  #choice() {
    return h(
      "div",
      { class: "chips", role: "radiogroup", "aria-label": "Period" },
      PERIODS.map(([days, text]) => {
        const input = h("input", { type: "radio", name: "period", value: days, checked: days === this.#days });
        input.addEventListener("change", () => ((this.#days = days), this.#look()));
        return h("label", { class: "chip" }, input, h("span", null, text));
      }),
    );
  }

  async #look() {
    const days = this.#days;
    const since = days ? utcDay(Date.now() - (Number(days) - 1) * DAY_MS) : "";
    try {
      const [pairs, time] = await Promise.all([
        ask("profit", { by: "pair", since }, this.view.signal),
        ask("profit", { by: "day", since, limit: 366 }, this.view.signal),
      ]);
      if (days !== this.#days) return;
      this.#draw(pairs, time);
      await this.#series.show(since, days === "1" || days === "7" ? "hour" : "day");
      this.#trouble.replaceChildren();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#trouble.replaceChildren(notice(error.message, "bad"));
      [this.#pairs, this.#time].forEach((table) => table.fail());
    }
  }

  #draw(pairs, time) {
    const totals = [...pairs.totals].sort((one, other) => (one.quote < other.quote ? 1 : -1));
    this.#sums.hidden = totals.length === 0;
    this.#sums.replaceChildren(
      figures(
        totals.map((row) => [
          `Profit in ${row.quote}`,
          signed(brief(row.profit)),
          tone(row.profit),
          counted(row.sales, "sale"),
        ]),
      ),
    );
    this.#pairs.show([...pairs.rows].sort((one, other) => Number(other.profit) - Number(one.profit)));
    this.#time.show(time.rows);
  }
}

function profitTable(name, label, first, of) {
  return new Table({
    name: "profit",
    label,
    key: (row) => `${of(row)}${row.quote}`,
    empty: "nothing was sold in this time",
    columns: [
      { id: "of", title: first, slot: "a", text: of },
      {
        id: "sales",
        title: "Sales",
        slot: "c",
        number: true,
        text: (row) => String(row.sales),
        value: (row) => row.sales,
      },
      { id: "cost", title: "Cost", number: true, text: (row) => shorten(row.cost) },
      { id: "proceeds", title: "Proceeds", number: true, text: (row) => shorten(row.proceeds) },
      { id: "fees", title: "SELL fees", number: true, slot: "d", text: (row) => shorten(row.sell_fees) },
      {
        id: "profit",
        title: "Profit",
        slot: "b",
        number: true,
        text: (row) => `${signed(shorten(row.profit))} ${row.quote}`,
        tone: (row) => tone(row.profit),
        value: (row) => Number(row.profit),
      },
    ],
  });
}
