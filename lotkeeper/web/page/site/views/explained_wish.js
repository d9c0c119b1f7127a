// What persons asked to be sold of a lot, as `lotkeeper explain` says it.

import { sign } from "../shown/decimal.js";
import { moment } from "../shown/times.js";

const STATES = { LOT_CLOSED: "overtaken" };
const KINDS = { AT: "", FLOOR: ", the floor then", MARKET: ", a little under the bid then" };

/** The newest first, each with how far it has come. */
export function wishRows(lot) {
  return [...lot.instructed].reverse().flatMap((sale) => [
    [`sale ${sale.number}`, `${sale.quantity} ${lot.base}`, wishText(lot, sale)],
    ["state", STATES[sale.state] ?? sale.state.toLowerCase().replaceAll("_", " "), originText(sale)],
    [sale.state === "UNDER_WAY" ? "sold so far" : "sold", `${sale.sold} ${lot.base}`, progressText(lot, sale)],
  ]);
}

function wishText(lot, sale) {
  const whole = sale.whole ? "all that the lot had then, " : "";
  const below = sale.below_floor ? "; under the floor too" : "; never under the floor";
  return `${whole}at ${sale.price} ${lot.quote} or better${KINDS[sale.kind]}${below}`;
}

function originText(sale) {
  return `asked for at ${moment(sale.asked_at)} by ${sale.who}${sale.why ? `: ${sale.why}` : ""}`;
}

function progressText(lot, sale) {
  const brought = sign(sale.brought) ? ` for ${sale.brought} ${lot.quote}` : "";
  const otherwise = sign(sale.sold_otherwise) ? `; other SELLs sold ${sale.sold_otherwise}, which counts` : "";
  return `of ${sale.quantity}${brought}${otherwise}${standsText(sale)}`;
}

function standsText(sale) {
  if (sale.open.length) return `; ${sale.open.join(", ")} stands on the exchange`;
  return sale.state === "UNDER_WAY" ? "; no SELL of it stands on the exchange" : "";
}
