// What needs a person, then how things stand.

import { killSwitch, pauseAll, resumeAll } from "../service/interventions.js";
import { button, h } from "../parts/element.js";
import { figures, section } from "../parts/facts.js";
import { intervene } from "../parts/intervention.js";
import { brief, signed, sum, tone } from "../shown/decimal.js";
import { connections } from "./connections.js";
import { pairRows, pairTable } from "./pair_table.js";
import { todoList } from "./todo.js";
import { View } from "./view.js";

export class OverviewView {
  #store;
  #todo = h("div", null);
  #figures = h("div", null);
  #problems = h("ul", { class: "problems" });
  #links = h("div", null);
  #actions = h("div", { class: "buttons start" });
  #table = pairTable("Pairs");

  constructor(store) {
    this.view = new View("Overview", h("h1", { class: "unseen" }, "Overview"));
    this.#store = store;
    const pairs = section("Pairs", this.#table.element);
    this.view.element.append(this.#todo, this.#figures, pairs, section("All pairs", this.#actions), this.#links);
    this.view.atEnd(() => this.#table.close());
    this.view.watch(store, ["status"], () => this.#draw());
    this.view.watch(store, ["todo", "status"], () => this.#drawTodo());
  }

  #draw() {
    const status = this.#store.get("status");
    if (!status?.totals) return;
    this.#figures.replaceChildren(figures(sums(status)));
    this.#table.show(pairRows(status));
    this.#links.replaceChildren(connections(status));
    this.#drawActions(status);
  }

  #drawTodo() {
    const todo = this.#store.get("todo") ?? this.#store.get("status")?.todo;
    if (!todo) return;
    const text = JSON.stringify([todo, this.#store.get("status")?.problems]);
    if (text === this.#todo.dataset.drawn) return;
    this.#todo.dataset.drawn = text;
    const problems = problemList(this.#store.get("status")?.problems ?? [], todo);
    this.#problems.replaceChildren(...problems);
    this.#todo.replaceChildren(section("To do", todoList(todo), problems.length ? this.#problems : ""));
  }

  #drawActions(status) {
    const isOn = Boolean(status.kill_switch?.on);
    if (this.#actions.dataset.on === String(isOn)) return;
    this.#actions.dataset.on = String(isOn);
    this.#actions.replaceChildren(
      button("Pause all…", () => intervene(pauseAll())),
      button("Resume all…", () => intervene(resumeAll())),
      button(`Kill switch ${isOn ? "off" : "on"}…`, () => intervene(killSwitch(!isOn)), isOn ? "" : "danger"),
    );
  }
}

/** Problems that no line of the list above tells of. */
function problemList(problems, todo) {
  const told = new Set(todo.map((each) => each.text));
  return problems.filter((each) => !told.has(each)).map((each) => h("li", null, each));
}

function sums(status) {
  const { totals } = status;
  const pairs = Object.values(status.pairs).filter((pair) => pair.lots_open !== undefined);
  const waiting = pairs.reduce((all, pair) => all + pair.lots_parked + pair.lots_queued + pair.lots_held, 0);
  const open = byQuote(pairs, "open_cost");
  const unrealised = byQuote(pairs, "unrealised_profit");
  const unprotected = Object.entries(totals.unprotected);
  return [
    ["Open lots", String(totals.lots_open), null, waiting ? `${waiting} wait` : `${totals.lots_closed} closed`],
    ["They cost", ...amounts(open, (text) => text)],
    ["Unrealised", ...amounts(unrealised, signed, true)],
    ["Since the start", ...amounts(Object.entries(totals.net_profit), signed, true)],
    unprotected.length ? ["Without a SELL", `${unprotected[0][1]} ${unprotected[0][0]}`, "warn"] : null,
  ];
}

function byQuote(pairs, field) {
  const quotes = [...new Set(pairs.map((pair) => pair.quote))].sort().reverse();
  return quotes.map((quote) => [
    quote,
    sum(pairs.filter((pair) => pair.quote === quote && pair[field] !== null).map((pair) => pair[field])),
  ]);
}

/** The first amount large, the others below it. */
function amounts(found, form, isToned = false) {
  const sorted = [...found].sort(([one], [other]) => (one < other ? 1 : -1));
  if (!sorted.length) return ["0", null];
  const text = ([quote, amount]) => `${form(brief(amount))} ${quote}`;
  return [text(sorted[0]), isToned ? tone(sorted[0][1]) : null, sorted.slice(1).map(text).join(", ")];
}
