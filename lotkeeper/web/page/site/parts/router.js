// Which view is shown: the part of the address after #. Each view is { title, element, close() }.

import { say } from "./spoken.js";

const main = document.getElementById("main");

export class Router {
  #routes;
  #moved;
  #view = null;
  #isFirst = true;

  /** `routes`: [first word of the address, (rest, options) => view]. */
  constructor(routes, moved) {
    this.#routes = new Map(routes);
    this.#moved = moved;
    window.addEventListener("hashchange", () => this.#show());
  }

  start() {
    this.#show();
  }

  #show() {
    const { place, rest, options } = parsed(location.hash);
    const make = this.#routes.get(place) ?? this.#routes.get("");
    this.#view?.close();
    this.#view = make(rest, options).view;
    main.replaceChildren(this.#view.element);
    main.setAttribute("aria-busy", "false");
    main.dataset.view = place || "overview";
    document.title = `${this.#view.title} · lotkeeper`;
    this.#moved(place);
    this.#begin();
  }

  /** A view begins at its top, and a screen reader says its name. */
  #begin() {
    if (this.#isFirst) {
      this.#isFirst = false;
      return;
    }
    window.scrollTo(0, 0);
    main.focus({ preventScroll: true });
    say(this.#view.title);
  }
}

function parsed(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [place, ...rest] = path.split("/").map(decodeURIComponent);
  return { place, rest: rest.join("/"), options: Object.fromEntries(new URLSearchParams(query)) };
}
