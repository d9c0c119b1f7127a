// What people were told and is not over, and what went wrong from when to when.

import { act } from "../service/api.js";
import { button, command, h, time } from "../parts/element.js";
import { notice, section } from "../parts/facts.js";
import { say } from "../parts/spoken.js";
import { Table } from "../parts/table.js";
import { ago, duration, shortMoment } from "../shown/times.js";
import { View } from "./view.js";

const TONES = { critical: "bad", warning: "warn", notice: "", info: "" };

export class AlertsView {
  #store;
  #drawn = "";
  #trouble = h("div", null);
  #alerts = h("div", null, h("p", { class: "empty" }, "asking the service"));
  #incidents = incidentTable();

  constructor(store) {
    this.view = new View("Alerts", h("div", { class: "head" }, h("h1", null, "Alerts")));
    this.#store = store;
    this.view.element.append(
      this.#trouble,
      section("Open alerts", this.#alerts),
      section("Incidents", this.#incidents.element),
    );
    this.view.atEnd(() => this.#incidents.close());
    this.view.watch(store, ["alerts"], () => this.#draw());
    this.view.watch(store, ["incidents"], () => {
      const incidents = store.get("incidents");
      if (incidents) this.#incidents.show(incidents);
    });
  }

  #draw() {
    const alerts = this.#store.get("alerts");
    if (!alerts) return; // the service has not told yet
    const drawn = JSON.stringify(alerts);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#alerts.replaceChildren(
      alerts.length
        ? h(
            "ul",
            { class: "cards" },
            alerts.map((each) => this.#card(each)),
          )
        : h("p", { class: "empty calm" }, "No alert is open."),
    );
  }

  #card(each) {
    const seen = each.acknowledged ? `seen by ${each.acknowledged_by} at ${shortMoment(each.acknowledged)}` : null;
    const told = each.channels.length ? `told by ${each.channels.join(", ")}` : null;
    const more = [told, seen].filter(Boolean).join(" · ");
    const name = `Acknowledge alert ${each.alert}`;
    const ack = each.acknowledged
      ? ""
      : button("Acknowledge", (event) => this.#acknowledge(each, event.target), "", { "aria-label": name });
    return h(
      "li",
      { class: "card" },
      h("p", null, h("span", { class: "pill", "data-tone": TONES[each.severity] }, each.severity), " ", each.text),
      h("p", { class: "dim small" }, time(each.since, `for ${ago(each.since)}`), more ? ` · ${more}` : ""),
      h("div", { class: "buttons start" }, ack, command(each.command)),
    );
  }

  async #acknowledge(alert, pressed) {
    pressed.disabled = true;
    try {
      await act("alerts/ack", { ids: [alert.alert] });
      say("Acknowledged");
      this.#trouble.replaceChildren();
    } catch (error) {
      pressed.disabled = false;
      this.#trouble.replaceChildren(notice(error.message, "bad"));
    }
  }
}

function incidentTable() {
  return new Table({
    name: "incidents",
    label: "Incidents",
    key: (row) => row.key,
    empty: "nothing went wrong",
    columns: [
      {
        id: "kind",
        title: "What",
        slot: "a",
        text: (row) => row.kind.replaceAll("-", " "),
        tip: (row) => row.details,
      },
      {
        id: "severity",
        title: "Severity",
        slot: "c",
        pill: true,
        text: (row) => row.severity,
        tone: (row) => TONES[row.severity],
      },
      { id: "subject", title: "About", slot: "d", text: (row) => row.subject },
      { id: "details", title: "Details", text: (row) => row.details },
      {
        id: "opened",
        title: "Began",
        number: true,
        text: (row) => shortMoment(row.opened),
        value: (row) => row.opened,
      },
      {
        id: "lasted",
        title: "Lasted",
        slot: "b",
        number: true,
        text: lasted,
        tone: (row) => (row.ended ? "" : "bad"),
      },
    ],
  });
}

function lasted(row) {
  return row.ended ? duration((Date.parse(row.ended) - Date.parse(row.opened)) / 1000) : "not over";
}
