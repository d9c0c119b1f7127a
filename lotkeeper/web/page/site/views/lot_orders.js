// The orders of a lot, and its trades.

import { section } from "../parts/facts.js";
import { Table } from "../parts/table.js";
import { shortMoment } from "../shown/times.js";
import { orderTone, wordsOf } from "./order_table.js";
import { h } from "../parts/element.js";

export function lotOrders(lot) {
  const orders = ordersOf(lot);
  const trades = [
    ...lot.buys.map((each) => ({ ...each, side: "BUY" })),
    ...lot.sales.map((each) => ({ ...each, side: "SELL" })),
  ];
  return h(
    "div",
    { class: "parts" },
    section("Orders", orders.element),
    section("Fills", tradesOf(lot, trades).element),
  );
}

function ordersOf(lot) {
  const table = new Table({
    name: "lot-orders",
    label: `Orders of ${lot.lot}`,
    key: (row) => row.client_order_id,
    empty: "no SELL was placed yet",
    columns: [
      { id: "id", title: "SELL", slot: "a", text: (row) => row.client_order_id },
      {
        id: "state",
        title: "State",
        slot: "c",
        pill: true,
        text: (row) => wordsOf(row.state),
        tone: (row) => orderTone(row.state),
      },
      { id: "type", title: "Type", text: (row) => wordsOf(row.type) },
      { id: "price", title: "Price", slot: "b", number: true, text: (row) => `${row.price} ${lot.quote}` },
      {
        id: "quantity",
        title: "Sold",
        slot: "d",
        number: true,
        text: (row) => `${row.executed} of ${row.quantity} ${lot.base}`,
      },
      { id: "stop", title: "Stop", number: true, text: stopText },
      { id: "sent", title: "Sent", number: true, text: (row) => shortMoment(row.sent) },
    ],
  });
  table.show([...lot.sells].reverse());
  table.close();
  return table;
}

function stopText(row) {
  if (row.stop) return `${row.stop.trigger ?? "?"}${row.stop.triggered ? ", triggered" : ""}`;
  return row.distance_pct === null ? "–" : `follows by ${row.distance_pct} %`;
}

function tradesOf(lot, trades) {
  const table = new Table({
    name: "trades",
    label: `Fills of ${lot.lot}`,
    key: (row) => `${row.side}${row.trade}`,
    empty: "no fill",
    columns: [
      { id: "side", title: "Side", slot: "a", text: (row) => `${row.side} ${row.trade}` },
      { id: "time", title: "Time", slot: "c", text: (row) => shortMoment(row.time) },
      { id: "price", title: "Price", slot: "b", number: true, text: (row) => `${row.price} ${lot.quote}` },
      { id: "quantity", title: "Quantity", slot: "d", number: true, text: (row) => `${row.quantity} ${lot.base}` },
      { id: "fee", title: "Fee", number: true, text: (row) => `${row.fee} ${row.fee_asset}` },
    ],
  });
  table.show(trades);
  table.close();
  return table;
}
