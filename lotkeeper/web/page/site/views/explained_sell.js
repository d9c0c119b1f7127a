// How the price of one SELL was calculated.

import { percent, signed } from "../shown/decimal.js";

export function sellRows(lot, sell) {
  const { base, quote } = lot;
  const whole = sell.cost === lot.stock_cost ? "all of it" : `its share of ${lot.stock_cost}`;
  const first = [
    ["quantity", `${sell.quantity} ${base}`, lot.terms ? `in steps of ${lot.terms.step}` : ""],
    ["cost", `${sell.cost} ${quote}`, whole],
  ];
  if (sell.floor === null) {
    const how = sell.client_order_id?.startsWith("lkb-")
      ? "chosen with the BUY: its floor if all is bought at the limit"
      : "found on the exchange: the terms it was placed on are not known";
    return [...first, ["price", `${sell.price} ${quote}`, how], ...followRows(sell, quote), ...stopRows(lot, sell)];
  }
  return [
    ...first,
    ...floorRows(lot, sell),
    ...followRows(sell, quote),
    ...broughtRows(sell, quote),
    ...stopRows(lot, sell),
  ];
}

function floorRows(lot, sell) {
  const { quote } = lot;
  const net = `(${sell.cost} + ${sell.wanted_profit}) / (${sell.quantity} * (1 - ${sell.sell_rate}))`;
  return [
    ["profit", `${sell.wanted_profit} ${quote}`, profitText(lot, sell)],
    ["fee", `${percent(sell.sell_rate)} %`, `expected of the proceeds${feeTerms(lot, sell.sell_rate)}`],
    sell.wanted_by === "instruction" ? null : ["floor", `${sell.floor} ${quote}`, net],
    ["price", `${sell.price} ${quote}`, roundingText(lot, sell)],
  ].filter(Boolean);
}

function broughtRows(sell, quote) {
  const less = `after a fee of ${sell.expected_fee} ${quote}: ${sell.expected_net} - ${sell.cost} of cost`;
  const kind = sell.expected_profit.startsWith("-") ? "bad" : "good";
  return [
    ["proceeds", `${sell.expected_proceeds} ${quote}`, `${sell.price} * ${sell.quantity}`],
    ["expected net", `${signed(sell.expected_profit)} ${quote}`, less, kind],
  ];
}

function followRows(sell, quote) {
  if (sell.distance_pct === null) return [];
  const start = sell.stop_price === null ? "the next trade" : `${sell.stop_price} ${quote}`;
  return [
    ["follows", `${sell.distance_pct} %`, `below the highest trade, from ${start} on; never below the price above`],
  ];
}

function stopRows(lot, sell) {
  const stop = sell.stop;
  if (!stop) return [];
  if (stop.trigger === null) return [["stop", "?", "it is being asked for"]];
  const what = stop.triggered ? "triggered: it sells" : "once the price has fallen to it, it sells";
  return [["stop", `${stop.trigger} ${lot.quote}`, `${what} at ${stop.limit} or more`]];
}

function profitText(lot, sell) {
  const texts = {
    instruction: "what the price leaves after fee and cost",
    net_profit_pct: `${sell.wanted_pct} % of that cost`,
    ladder: `${sell.wanted_pct} % of that cost, as the ladder has it for this part`,
    min_net_profit: `its part of the ${lot.terms?.min_net_profit} ${lot.quote} wanted for the lot`,
  };
  return texts[sell.wanted_by] ?? "wanted when it was placed";
}

/** Nothing if the fee was another one when the SELL was placed. */
function feeTerms(lot, rate) {
  const { terms } = lot;
  if (!terms || terms.sell_rate !== rate) return "";
  const side = terms.sell_fee === "worse" ? "the worse of maker and taker" : `as ${terms.sell_fee}`;
  return `, ${side}${terms.bnb_discount ? ", with the BNB discount" : ""}`;
}

function roundingText(lot, sell) {
  if (sell.wanted_by === "instruction") return "as it was asked for";
  if (!lot.terms) return "rounded up";
  const isLifted = Number(sell.price) - Number(sell.floor) > Number(lot.terms.tick);
  return isLifted ? "raised to the lowest price allowed" : `rounded up to the tick of ${lot.terms.tick}`;
}
