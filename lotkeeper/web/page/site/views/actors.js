// The running actors, as `lotkeeper top` shows them; asked for only while this is looked at.

import { ask } from "../service/api.js";
import { h, time } from "../parts/element.js";
import { notice, section } from "../parts/facts.js";
import { Table, UNKNOWN } from "../parts/table.js";
import { duration, shortMoment } from "../shown/times.js";
import { View } from "./view.js";

const EVERY_MS = 5_000;
const MUCH = 100;
const TONES = { busy: "accent", stuck: "bad", stopped: "bad", lost: "warn", "given up": "bad" };

export class ActorsView {
  #trouble = h("div", null);
  #table = actorTable();
  #losses = h("div", { class: "parts" });

  constructor(store) {
    this.view = new View("Actors", h("div", { class: "head" }, h("h1", null, "Actors")));
    this.view.element.append(this.#trouble, this.#table.element, this.#losses);
    this.view.atEnd(() => this.#table.close());
    const timer = setInterval(() => document.hidden || this.#look(), EVERY_MS);
    this.view.atEnd(() => clearInterval(timer));
    this.#look();
    this.view.atEnd(store.watch(["connection"], () => this.#look()));
  }

  async #look() {
    try {
      const found = await ask("actors", {}, this.view.signal);
      this.#trouble.replaceChildren();
      this.#table.show(found.actors);
      this.#losses.replaceChildren(...losses(found));
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#trouble.replaceChildren(notice(error.message, "bad"));
      this.#table.fail();
    }
  }
}

function losses(found) {
  const deaths = found.deaths.map((each) =>
    h(
      "li",
      null,
      time(each.at, shortMoment(each.at)),
      h(
        "div",
        null,
        h("p", null, `${each.name} ${each.how}`),
        h(
          "p",
          { class: "dim small" },
          `after ${duration(each.ran_seconds)}${each.in_hand ? `, handling ${each.in_hand}` : ""}`,
        ),
      ),
    ),
  );
  const letters = found.dead_letters.last.map((each) =>
    h("li", null, time(each.at, shortMoment(each.at)), h("div", null, h("p", null, `${each.message} to ${each.to}`))),
  );
  return [
    section(
      "Ends nobody asked for",
      deaths.length ? h("ol", { class: "story" }, deaths) : h("p", { class: "empty calm" }, "None."),
    ),
    letters.length ? section("Dead letters", h("ol", { class: "story" }, letters)) : null,
  ].filter(Boolean);
}

function actorTable() {
  const number = (id, title, text, more = {}) => ({ id, title, number: true, text, ...more });
  return new Table({
    name: "actors",
    label: "Actors, each below its supervisor",
    key: (row) => row.name,
    empty: "no actor runs",
    columns: [
      {
        id: "name",
        title: "Actor",
        slot: "a",
        text: (row) => `${"\u2007\u2007".repeat(row.depth)}${row.name}`,
        tip: (row) => row.reason,
      },
      {
        id: "state",
        title: "State",
        slot: "c",
        pill: true,
        text: (row) => row.state,
        tone: (row) => TONES[row.state],
      },
      number("mailbox", "Mailbox", (row) => String(row.mailbox), {
        tone: (row) => (row.mailbox >= MUCH ? "bad" : "dim"),
      }),
      number("oldest", "Oldest", (row) => (row.mailbox ? `${row.oldest_seconds.toFixed(1)} s` : "–")),
      number("rate", "A second", (row) => shown(row.per_second, (each) => each.toFixed(1)), {
        slot: "b",
        unit: "a second",
      }),
      number("cpu", "CPU", (row) => shown(row.cpu_pct, (each) => `${each.toFixed(1)} %`)),
      number("memory", "Memory", (row) => shown(row.pss_bytes, (each) => `${(each / 2 ** 20).toFixed(1)} MiB`), {
        slot: "d",
      }),
      number("restarts", "Restarts", (row) => String(row.restarts), {
        tone: (row) => (row.restarts ? "warn" : "dim"),
      }),
      number("age", "Age", (row) => shown(row.age_seconds, duration)),
    ],
  });
}

function shown(value, form) {
  return value === null ? UNKNOWN : form(value);
}
