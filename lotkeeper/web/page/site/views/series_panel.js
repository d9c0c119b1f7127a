// The plots of the profit: all of a quote asset, and its pairs.

import { ask } from "../service/api.js";
import { ProfitChart } from "../charts/profit_chart.js";
import { h } from "../parts/element.js";
import { plotted } from "../service/series.js";

export class SeriesPanel {
  #view;
  #places = h("div", { class: "plots" });
  #charts = new Map();

  constructor(view, store) {
    this.#view = view;
    this.element = h(
      "section",
      { class: "part", "aria-label": "Over time" },
      h("h2", null, "Over time"),
      this.#places,
    );
    view.atEnd(() => this.#charts.forEach(({ chart }) => chart.close()));
    view.atEnd(store.watch(["theme"], () => this.#charts.forEach(({ chart }) => chart.dress())));
  }

  async show(since, by) {
    const found = plotted(await ask("profit/series", { since, by }, this.#view.signal));
    this.#places.querySelectorAll(".empty").forEach((each) => each.remove());
    if (!found.size) this.#places.prepend(h("p", { class: "empty" }, "nothing was sold in this time"));
    for (const [quote, { figure }] of this.#charts) figure.hidden = !found.has(quote);
    for (const [quote, { times, lines }] of found) {
      const { chart, legend } = this.#chart(quote);
      await chart.show(times, lines);
      legend.replaceChildren(...lines.map((line, index) => h("li", { "data-pen": String(index) }, line.title)));
    }
  }

  #chart(quote) {
    if (!this.#charts.has(quote)) {
      const place = h("div", {
        class: "chart plot",
        role: "img",
        "aria-label": `Profit in ${quote} over time; the figures stand in the lists below`,
      });
      const legend = h("ul", { class: "legend" });
      const figure = h("figure", null, h("figcaption", { class: "dim small" }, quote), place, legend);
      this.#places.append(figure);
      this.#charts.set(quote, { chart: new ProfitChart(place), legend, figure });
    }
    return this.#charts.get(quote);
  }
}
