// What an intervention would do, or has done: the document of the command, in the command's own words.

import { facts } from "./facts.js";
import { h } from "./element.js";
import { shorten, sign, signed, tone } from "../shown/decimal.js";
import { moment } from "../shown/times.js";

export function planView(plan, { isDone = false } = {}) {
  const plans = plan.plans ?? plan.sales ?? plan.pairs ?? (Array.isArray(plan) ? plan : [plan]);
  return h("div", { class: `plan${isDone ? " done" : ""}` }, plans.map(one));
}

function one(plan) {
  if (plan.error) return h("p", { class: "notice bad" }, plan.lot ? `${plan.lot}: ${plan.error}` : plan.error);
  if (plan.done) return h("p", { class: "sentence" }, plan.done);
  return { found, planned: sale, begun: sale }[plan.state]?.(plan) ?? h("p", null, JSON.stringify(plan));
}

function sale(plan) {
  const { base, quote } = plan;
  const what = `${plan.quantity} ${base} at ${plan.price} ${quote} or better`;
  const title = plan.state === "planned" ? `${plan.lot}: sell ${what}` : `${plan.lot}: ${what} is being sold`;
  const under = plan.under_floor_pct === null ? null : `${plan.under_floor_pct} % under the floor of ${plan.floor}`;
  const rows = [
    ["bid", plan.bid ?? "not known"],
    ["floor", plan.floor, under, under ? "bad" : null],
    plan.expected_price === plan.price ? null : ["expected price", plan.expected_price],
    ["fee", `${shorten(plan.fee)} ${quote}`],
    ["brings", `${shorten(plan.net)} ${quote}`],
    ["cost", `${shorten(plan.cost)} ${quote}`],
    ["profit", `${signed(shorten(plan.profit))} ${quote}`, null, tone(plan.profit)],
    plan.cancels.length ? ["cancels first", String(plan.cancels.length), plan.cancels.join(", ")] : null,
    plan.meets ? ["meets", plan.meets.price, meeting(plan.meets)] : null,
    sign(plan.left) ? ["stays", `${plan.left} ${base}`, "with the policy of the pair"] : null,
  ];
  return h("div", null, h("p", { class: "sentence" }, title), facts(rows));
}

function meeting(met) {
  return `your own BUY ${met.order_id}: where they meet, the exchange ${met.then}`;
}

function found(plan) {
  const standing = plan.orders.length ? `; ${plan.orders.join(", ")} stands at ${plan.price} ${plan.quote}` : "";
  return h(
    "div",
    null,
    h("p", { class: "sentence" }, `${plan.lot}: the same was asked for at ${moment(plan.asked)} by ${plan.who}`),
    h("p", null, `sold ${plan.sold} of ${plan.quantity} ${plan.base}${standing}`),
    h("p", { class: "dim" }, "nothing more was done; “once more” sells as much again"),
  );
}
