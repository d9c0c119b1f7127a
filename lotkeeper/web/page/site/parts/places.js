// The ways to the views: at the bottom of a phone, else at the side.

import { h, icon, setAttribute } from "./element.js";

export const PLACES = [
  ["", "Overview", "overview", "o"],
  ["lots", "Lots", "lots", "l"],
  ["pairs", "Pairs", "pairs", "p"],
  ["orders", "Orders", "orders", "b"],
  ["profit", "Profit", "profit", "e"],
  ["alerts", "Alerts", "alerts", "a"],
  ["actors", "Actors", "actors", "c"],
];

export class Places {
  #links = new Map();
  #counts = new Map();

  constructor(store) {
    const nav = document.getElementById("places");
    for (const [place, title, drawing] of PLACES) {
      const count = h("span", { class: "count", hidden: true });
      const link = h("a", { class: "place", href: `#/${place}` }, icon(drawing), h("span", null, title), count);
      this.#links.set(place, link);
      this.#counts.set(place, count);
      nav.append(link);
    }
    store.watch(["todo"], () => this.#count("", store.get("todo") ?? [], "to do"));
    store.watch(["alerts"], () => this.#count("alerts", unseen(store.get("alerts") ?? []), "not acknowledged"));
  }

  mark(place) {
    for (const [each, link] of this.#links) setAttribute(link, "aria-current", each === place ? "page" : null);
  }

  #count(place, found, what) {
    const count = this.#counts.get(place);
    count.hidden = found.length === 0;
    count.replaceChildren(String(found.length), h("span", { class: "unseen" }, ` ${what}`));
  }
}

function unseen(alerts) {
  return alerts.filter((each) => each.acknowledged === null && each.recovered === null);
}
