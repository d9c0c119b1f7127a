// What needs a person: why, since when, and what ends it, as a command and where the page can do it as a button.

import { killSwitch, resume } from "../service/interventions.js";
import { button, command, h, time } from "../parts/element.js";
import { intervene } from "../parts/intervention.js";
import { ago } from "../shown/times.js";

const ACTIONS = {
  "kill-switch": () => ["Turn it off…", () => intervene(killSwitch(false))],
  paused: (each) => each.pair && [`Resume ${each.pair}…`, () => intervene(resume(each.pair))],
  refused: (each) => each.pair && [`Resume ${each.pair}…`, () => intervene(resume(each.pair))],
  held: (each) => each.pair && [`Resume ${each.pair}…`, () => intervene(resume(each.pair))],
};

export function todoList(todo) {
  if (!todo.length) return h("p", { class: "empty calm" }, "Nothing needs you.");
  return h("ul", { class: "cards" }, todo.map(card));
}

function card(each) {
  const action = ACTIONS[each.kind]?.(each);
  const link = each.lot
    ? h("a", { href: `#/lots/${each.lot}` }, each.lot)
    : each.pair
      ? h("a", { href: `#/pairs/${each.pair}` }, each.pair)
      : null;
  return h(
    "li",
    { class: "card todo" },
    h("p", null, each.text),
    h(
      "p",
      { class: "dim small" },
      link,
      link && each.since ? " · " : "",
      each.since ? time(each.since, `for ${ago(each.since)}`) : "",
    ),
    h("div", { class: "buttons start" }, action ? button(action[0], action[1], "main") : "", command(each.command)),
  );
}
