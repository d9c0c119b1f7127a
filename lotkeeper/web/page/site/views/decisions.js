// What the service decided about a lot, and why.

import { h, time } from "../parts/element.js";
import { shortMoment } from "../shown/times.js";

export function decisionList(decisions) {
  if (!decisions.length) return h("p", { class: "empty" }, "nothing is recorded");
  return h("ol", { class: "story" }, decisions.map(line));
}

function line(each) {
  const facts = Object.entries(each.facts)
    .map(([name, value]) => `${words(name)} ${value}`)
    .join(", ");
  const who = each.who === "lotkeeper" ? "" : `by ${each.who}`;
  const more = [each.order, facts, each.why, who].filter(Boolean).join(" · ");
  return h(
    "li",
    null,
    time(each.time, shortMoment(each.time)),
    h(
      "div",
      null,
      h("p", null, `${words(each.decision)}`, h("span", { class: "dim" }, ` ${words(each.cause)}`)),
      more ? h("p", { class: "dim small" }, more) : null,
    ),
  );
}

function words(name) {
  const text = name.toLowerCase().replaceAll("_", " ");
  return text.replace(/^sell\b/, "SELL").replace(/^buy\b/, "BUY");
}
