// The price chart of a pair with its intervals; the library is loaded when a chart is first looked at.

import { ask } from "../service/api.js";
import { h, setText } from "../parts/element.js";
import { Asking } from "./view.js";

const INTERVALS = ["1m", "5m", "15m", "1h", "4h", "1d"];
const REST_MS = 15_000; // the service asks the exchange no more often
const MOST = 500;

export class PricePanel {
  #view;
  #store;
  #pair;
  #marks;
  #chart = null;
  #interval = "1m";
  #drawn = "";
  #place = h("div", { class: "chart", role: "img" });
  #trouble = h("p", { class: "notice", hidden: true });
  #asking;

  /** `marks()` are the lines and trades of now. */
  constructor(view, store, pair, marks) {
    [this.#view, this.#store, this.#pair, this.#marks] = [view, store, pair, marks];
    this.#place.setAttribute("aria-label", `Price of ${pair}; the figures stand in the lists of this page`);
    this.element = h(
      "section",
      { class: "part price", "aria-label": "Price" },
      h("div", { class: "head" }, h("h2", null, "Price"), this.#choice()),
      this.#place,
      this.#trouble,
      this.#legend(),
    );
    this.#asking = new Asking(view, REST_MS, () => this.#look());
    view.atEnd(() => this.#chart?.close());
    view.atEnd(store.watch(["theme"], () => (this.#chart?.dress(), this.mark())));
    view.atEnd(store.watch(["status"], () => this.#asking.changed()));
    view.atEnd(store.watch(["lots"], () => this.mark()));
    this.#asking.changed();
  }

  mark() {
    this.#chart?.mark(this.#marks());
  }

  #choice() {
    const name = `interval-${this.#pair}`;
    const options = INTERVALS.map((each) => {
      const input = h("input", { type: "radio", name, value: each, checked: each === this.#interval });
      input.addEventListener("change", () => this.#choose(each));
      return h("label", { class: "chip" }, input, h("span", null, each));
    });
    return h("div", { class: "chips", role: "radiogroup", "aria-label": "Interval of the candles" }, options);
  }

  #choose(interval) {
    this.#interval = interval;
    this.#look();
  }

  #legend() {
    const key = (kind, text) => h("li", { "data-kind": kind }, text);
    return h(
      "ul",
      { class: "legend" },
      key("buy", "BUY"),
      key("sold", "sold"),
      key("floor", "price of a SELL"),
      key("stop", "stop"),
    );
  }

  async #look() {
    const pairs = this.#store.get("status")?.pairs;
    if (!pairs) return; // its coming is waited for
    if (!(this.#pair in pairs)) return this.#tell(`there are no candles: ${this.#pair} is not configured`);
    const interval = this.#interval;
    try {
      const options = { pair: this.#pair, interval, limit: MOST };
      const candles = await ask("candles", options, this.#view.signal);
      const { PriceChart } = await import("../charts/price_chart.js");
      if (this.#view.signal.aborted || interval !== this.#interval) return;
      this.#chart ??= new PriceChart(this.#place);
      this.#chart.show(candles, this.#tick(candles), interval !== this.#drawn);
      this.#drawn = interval;
      this.mark();
      this.#trouble.hidden = true;
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#tell(error.message);
    }
  }

  #tell(trouble) {
    this.#trouble.hidden = false;
    setText(this.#trouble, trouble);
  }

  /** As many decimals as the prices have. */
  #tick(candles) {
    const prices = candles.slice(-20).map((each) => each[4].replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, ""));
    return prices.reduce((longest, each) => (decimals(each) > decimals(longest) ? each : longest), "0.01");
  }
}

function decimals(text) {
  return text.includes(".") ? text.split(".")[1].length : 0;
}
