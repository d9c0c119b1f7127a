// Dark or light: as the system has it, or as the switch says.

import { h, icon } from "./element.js";

const NEXT = { system: "light", light: "dark", dark: "system" };
const LABELS = { system: "as the system has them", light: "light", dark: "dark" };

/** `changed` is called after each change of the colours. */
export class Theme {
  #button = document.getElementById("theme-switch");
  #changed;

  constructor(changed) {
    this.#changed = changed;
    this.#button.addEventListener("click", () => this.next());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
    this.#draw();
  }

  next() {
    const theme = NEXT[this.#chosen()];
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // It lasts as long as the page then.
    }
    this.#draw();
    this.#changed();
  }

  #chosen() {
    return document.documentElement.dataset.theme ?? "system";
  }

  #draw() {
    const theme = this.#chosen();
    this.#button.replaceChildren(icon(theme));
    this.#button.setAttribute("aria-label", `Colours: ${LABELS[theme]}`);
    this.#button.title = `Colours: ${LABELS[theme]}`;
  }
}

/** The colours of the page for what is drawn on a canvas, as the browser resolves them. */
export function colours(...names) {
  const probe = h("span", { hidden: true });
  document.body.append(probe);
  const found = names.map((name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return found;
}
