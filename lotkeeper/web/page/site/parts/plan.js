// What an intervention would do, and what came of it: the documents of the command.

import { facts } from "./facts.js";
import { h } from "./element.js";
import { shorten, sign, signed, tone } from "../shown/decimal.js";
import { moment } from "../shown/times.js";

/** The figures of one sale; all else is said by the question. */
export function figuresOf(plan) {
  return plan.state === "planned" ? saleFigures(plan) : "";
}

/** What was done, line by line; of many, those that were refused say why. */
export function outcomeOf(done) {
  const all = Array.isArray(done) ? done : [done];
  return h("div", { class: "outcome" }, all.length ? all.map(one) : h("p", null, "There was nothing to do."));
}

function one(done) {
  const name = done.lot ?? done.pair;
  if (done.error) return h("p", { class: "notice bad" }, name ? `${name}: ${done.error}` : done.error);
  if (done.done) return h("p", { class: "done" }, done.done);
  const what = `${done.quantity} ${done.base} at ${done.price} ${done.quote} or better`;
  if (done.state === "found") return found(done);
  return h(
    "div",
    { class: "outcome" },
    h("p", { class: "done" }, `${done.lot}: ${what} is being sold`),
    saleFigures(done),
  );
}

function saleFigures(plan) {
  const { base, quote } = plan;
  const under = plan.under_floor_pct === null ? null : `${plan.under_floor_pct} % under the floor of ${plan.floor}`;
  return facts([
    ["bid", plan.bid ?? "not known"],
    ["floor", plan.floor, under, under ? "bad" : null],
    plan.expected_price === plan.price ? null : ["expected price", plan.expected_price],
    ["fee", `${shorten(plan.fee)} ${quote}`],
    ["brings", `${shorten(plan.net)} ${quote}`],
    ["cost", `${shorten(plan.cost)} ${quote}`],
    ["profit", `${signed(shorten(plan.profit))} ${quote}`, null, tone(plan.profit)],
    plan.cancels.length ? ["cancels first", String(plan.cancels.length), plan.cancels.join(", ")] : null,
    plan.meets ? ["meets", plan.meets.price, `your own BUY ${plan.meets.order_id}`] : null,
    sign(plan.left) ? ["stays", `${plan.left} ${base}`, "with the policy of the pair"] : null,
  ]);
}

function found(done) {
  const standing = done.orders.length ? `; ${done.orders.join(", ")} stands at ${done.price} ${done.quote}` : "";
  return h(
    "div",
    { class: "outcome" },
    h("p", null, `${done.lot}: the same was asked for at ${moment(done.asked)} by ${done.who}`),
    h("p", null, `sold ${done.sold} of ${done.quantity} ${done.base}${standing}`),
  );
}
