// Names with their amounts, one below the other.

import { h } from "./element.js";

/** Rows of [name, amount, how, tone]; a row without an amount is left out. */
export function facts(rows, kind = "") {
  const shown = rows.filter((row) => row && row[1] !== null && row[1] !== "");
  return h(
    "dl",
    { class: `facts ${kind}`.trim() },
    shown.map(([name, amount, how, tone]) =>
      h(
        "div",
        null,
        h("dt", null, name),
        h("dd", { class: "amount", "data-tone": tone }, amount),
        how ? h("dd", { class: "how" }, how) : null,
      ),
    ),
  );
}

/** Few large figures side by side. */
export function figures(rows) {
  return h(
    "dl",
    { class: "figures" },
    rows
      .filter(Boolean)
      .map(([name, amount, tone, below]) =>
        h(
          "div",
          null,
          h("dt", null, name),
          h("dd", { "data-tone": tone }, amount),
          below ? h("dd", { class: "below" }, below) : null,
        ),
      ),
  );
}

/** A part of a view with its heading. */
export function section(title, ...inner) {
  return h("section", { class: "part", "aria-label": title }, h("h2", null, title), ...inner);
}

/** The same, closed until it is opened. */
export function folded(title, ...inner) {
  return h("details", { class: "part folded" }, h("summary", null, title), ...inner);
}

/** A sentence that stands in place of something: an error, or that it is being loaded. */
export function notice(text, kind = "") {
  return h("p", { class: `notice ${kind}`.trim() }, text);
}
