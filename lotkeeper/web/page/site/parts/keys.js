// Keys: a letter after g goes to a view. They can be turned off, for who speaks to the browser.

import { openDialog } from "./dialog.js";
import { h } from "./element.js";
import { PLACES } from "./places.js";

const WITHIN_MS = 1_500;

export class Keys {
  #theme;
  #began = 0;
  #isOn = read() !== "off";

  constructor(theme) {
    this.#theme = theme;
    document.addEventListener("keydown", (event) => this.#press(event));
    document.getElementById("keys-button").addEventListener("click", () => this.show());
  }

  show() {
    const dialog = openDialog("Keys");
    const rows = [
      ["?", "shows this"],
      ["/", "search in the list"],
      ["t", "other colours"],
      ["Esc", "closes a dialog"],
      ["↑ ↓", "the next row of a list"],
      ...PLACES.map(([, title, , letter]) => [`g ${letter}`, title]),
    ];
    const list = h(
      "dl",
      { class: "keys" },
      rows.map(([key, what]) =>
        h(
          "div",
          null,
          h(
            "dt",
            null,
            key.split(" ").map((each) => h("kbd", null, each)),
          ),
          h("dd", null, what),
        ),
      ),
    );
    const control = h("input", { type: "checkbox", checked: this.#isOn });
    control.addEventListener("change", () => this.#turn(control.checked));
    dialog.body.append(list, h("label", { class: "check" }, control, h("span", null, "Single letters are keys")));
  }

  #turn(isOn) {
    this.#isOn = isOn;
    try {
      localStorage.setItem("keys", isOn ? "on" : "off");
    } catch {
      // It lasts as long as the page then.
    }
  }

  #press(event) {
    const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (!this.#isOn) return;
    if (this.#act(event.key, event.timeStamp)) event.preventDefault();
  }

  #act(key, at) {
    const place = PLACES.find(([, , , letter]) => letter === key);
    const isAfterG = at - this.#began < WITHIN_MS;
    this.#began = key === "g" ? at : 0;
    if (place && isAfterG) return go(place[0]);
    if (key === "?") return this.show() ?? true;
    if (key === "t") return this.#theme.next() ?? true;
    if (key === "/") return search();
    return false;
  }
}

function go(place) {
  location.hash = `#/${place}`;
  return true;
}

function search() {
  const field = document.querySelector("main input[type=search]");
  field?.focus();
  return Boolean(field);
}

function read() {
  try {
    return localStorage.getItem("keys");
  } catch {
    return null;
  }
}
