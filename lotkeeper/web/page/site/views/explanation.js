// The arithmetic of a lot in the order of the calculation, as `lotkeeper explain` prints it: rows of name, amount, how.

import { sign, signed } from "../shown/decimal.js";
import { duration, moment } from "../shown/times.js";
import { sellRows } from "./explained_sell.js";
import { wishRows } from "./explained_wish.js";

const ENDED = new Set(["CANCELED", "EXPIRED", "REFUSED", "NOT_SENT"]);

/** Parts as { title, rows, isOver }; parts without rows are left out. */
export function sections(lot) {
  return [
    ["Bought", boughtRows(lot)],
    ["Ladder", lot.ladder.map((part) => ladderRow(lot, part))],
    ["Group", lot.group ? groupRows(lot) : []],
    ["Trailing", lot.trailing ? [trailingRow(lot)] : []],
    ["Age", lot.age.map(ageRow)],
    ["Asked for", wishRows(lot)],
    ["Exits", lot.exits.map((each) => exitRow(lot, each))],
    ...lot.asked.map((sell) => [
      `SELL ${sell.client_order_id}, ${plain(sell.state)}`,
      sellRows(lot, sell),
      ENDED.has(sell.state),
    ]),
    ["The next SELL", lot.next_asked ? sellRows(lot, lot.next_asked) : []],
    ["Sold", lot.sales.flatMap((sale) => saleRows(lot, sale))],
    ["Net", netRows(lot)],
  ]
    .map(([title, rows, isOver = false]) => ({ title, rows, isOver }))
    .filter(({ rows }) => rows.length);
}

function plain(name) {
  return name.toLowerCase().replaceAll("_", " ");
}

function boughtRows(lot) {
  const { base, quote } = lot;
  const received = sumText([
    [lot.bought, "bought"],
    [minus(lot.fees_in_base), `fees in ${base}`],
  ]);
  const paid = sumText([
    [lot.paid, "paid"],
    [lot.fees_in_quote, `fees in ${quote}`],
    [lot.fees_valued, "fees in other assets"],
  ]);
  return [
    ...lot.buys.map((fill) => [
      `trade ${fill.trade}`,
      `${fill.amount} ${quote}`,
      `${tradeText(lot, fill)}, ${feeText(lot, fill)}`,
    ]),
    ["received", `${lot.received} ${base}`, received],
    ["cost", `${lot.cost} ${quote}`, paid],
    ...transferRows(lot),
  ];
}

function transferRows(lot) {
  const { base, quote } = lot;
  const kept = lot.disposed.filter((each) => each.way === "KEPT");
  const rows = [
    ...lot.taken.map((each) => [
      "taken over",
      `${each.quantity} ${base}`,
      `dust of lot ${each.lot}, at its cost of ${each.cost} ${quote}`,
    ]),
    ...lot.given.map((each) => [
      "given away",
      `${each.quantity} ${base}`,
      `dust to lot ${each.lot}, at its cost of ${each.cost} ${quote}`,
    ]),
    ...kept.map((each) => [
      "kept",
      `${each.quantity} ${base}`,
      `the owner's part of the profit, in coins, at its cost of ${each.cost} ${quote}`,
    ]),
    ...lot.moves.map((each) => [
      "moved",
      `${signed(each.cost)} ${quote}`,
      `cost ${each.cost.startsWith("-") ? "to" : "from"} lot ${each.lot}, at ${moment(each.at)}`,
    ]),
  ];
  if (rows.length) rows.push(["to sell", `${lot.stock} ${base}`, `in all, which cost ${lot.stock_cost} ${quote}`]);
  return rows;
}

function ladderRow(lot, part) {
  const small =
    part.net_profit_pct === part.sold_at_pct
      ? ""
      : `; too small for an order, sold with the part at ${part.sold_at_pct} %`;
  return [
    `${part.share_pct} %`,
    `${part.quantity} ${lot.base}`,
    `at a net profit of ${part.net_profit_pct} %${small}`,
  ];
}

function groupRows(lot) {
  const { price, lots } = lot.group;
  return [
    ["common price", `${price} ${lot.quote}`, `at which ${lots.length} lots bring their costs together`],
    ...lots.map((each) => [
      `lot ${each.lot}`,
      `${each.stands_at} ${lot.quote}`,
      `${each.quantity} ${lot.base}, own floor ${each.floor}, moved cost ${signed(each.moved_cost)}`,
    ]),
  ];
}

function trailingRow(lot) {
  const part = lot.trailing;
  const share = `${part.share_pct} % of the lot`;
  const quantity = `${part.quantity} ${lot.base}`;
  if (part.client_order_id !== null) return ["follows", quantity, `${share}, as SELL ${part.client_order_id}`];
  if (part.why_not !== null) return ["to follow", quantity, `${share}; not now: ${part.why_not}`];
  return ["to follow", quantity, `${share}, of which nothing is left`];
}

function ageRow(step) {
  const since = `the most that is wanted, ${step.now ? "now, since" : "from"} ${moment(step.from)}`;
  return [duration(step.after_seconds), `${step.net_profit_pct} %`, since];
}

function exitRow(lot, each) {
  const follows = each.client_order_id ? "follows the price" : "–";
  const reached = each.trigger ? `${each.trigger} ${lot.quote}` : follows;
  return [each.kind, reached, `${each.quantity} ${lot.base}: ${heldText(lot, each)}`];
}

function heldText(lot, each) {
  const away = each.away_pct ? `; ${signed(each.away_pct)} % from the bid` : "";
  const least = each.price && each.price !== each.trigger ? `, not below ${each.price} ${lot.quote}` : "";
  if (each.arms_at) return `not armed before the bid is at ${each.arms_at} ${lot.quote}${away}`;
  if (each.client_order_id) return `SELL ${each.client_order_id} on the exchange${least}${away}`;
  return `${each.from ? `from ${moment(each.from)}, ` : ""}not on the exchange: ${each.why_not}`;
}

function saleRows(lot, sale) {
  const held = `${sale.net} - ${sale.cost} that its coins cost, held for ${duration(sale.held_seconds)}`;
  return [
    [`trade ${sale.trade}`, `${sale.net} ${lot.quote}`, `${tradeText(lot, sale)}, ${feeText(lot, sale)}`],
    ["profit", `${signed(sale.profit)} ${lot.quote}`, held, sign(sale.profit) < 0 ? "bad" : "good"],
  ];
}

const DECISIONS = { Wait: "waits", Park: "parked", Queue: "queued", Close: "closes", CancelSell: "cancels" };

function netRows(lot) {
  const { quote } = lot;
  const fees = Object.entries(lot.fees)
    .map(([asset, amount]) => `${amount} ${asset}`)
    .join(", ");
  const isOpen = lot.state !== "CLOSED";
  return [
    sign(lot.dust) ? ["dust", `${lot.dust} ${lot.base}`, dustText(lot)] : null,
    ...lot.next
      .filter((step) => step.why)
      .map((step) => ["now", DECISIONS[step.decision] ?? step.decision, step.why]),
    ...lot.next
      .filter((step) => step.decision === "Keep")
      .map((step) => ["now", "keeps", `${step.quantity} ${lot.base} as the owner's part of the profit`]),
    sign(lot.fees_quote) ? ["fees", `${lot.fees_quote} ${quote}`, `${isOpen ? "so far" : "in all"}: ${fees}`] : null,
    sign(lot.correction) ? ["of dust", `${signed(lot.correction)} ${quote}`, correctionText(lot)] : null,
    ["realised", `${signed(lot.realised_net)} ${quote}`, "after every fee", toneOf(lot.realised_net)],
    isOpen && lot.expected_net !== null
      ? [
          "expected",
          `${signed(lot.expected_net)} ${quote}`,
          "once the SELLs on the book are sold",
          toneOf(lot.expected_net),
        ]
      : null,
  ].filter(Boolean);
}

function toneOf(amount) {
  return ["bad", null, "good"][sign(amount) + 1];
}

function tradeText(lot, fill) {
  return `${fill.quantity} ${lot.base} at ${fill.price}, ${moment(fill.time)}`;
}

function feeText(lot, fill) {
  if (!sign(fill.fee)) return "no fee";
  const fee = `fee ${fill.fee} ${fill.fee_asset} (${fill.maker ? "maker" : "taker"})`;
  if (fill.fee_value !== null) return `${fee} at ${fill.fee_price} = ${fill.fee_value} ${lot.quote}`;
  return [lot.base, lot.quote].includes(fill.fee_asset) ? fee : `${fee}, not valued yet`;
}

function minus(text) {
  return sign(text) ? `-${text}` : text;
}

/** The parts that are not zero, with their signs. */
function sumText(parts) {
  return parts
    .filter(([amount]) => sign(amount))
    .map(([amount, what], index) => {
      const before = amount.startsWith("-") ? " - " : index ? " + " : "";
      return `${before}${amount.replace("-", "")} ${what}`;
    })
    .join("");
}

function dustText(lot) {
  const stays = lot.terms ? `no whole step of ${lot.terms.step}` : "left over";
  if (!sign(lot.dust_cost)) return `${stays}; its cost is not counted on`;
  return `${stays}; it stays at its share of the cost, ${lot.dust_cost} ${lot.quote}`;
}

function correctionText(lot) {
  if (sign(lot.remainder) && !sign(lot.dust_cost)) return "the sales have to bring its cost";
  return "it counts at its share of the whole cost, the sales at that of the coins bought first";
}
