// Orders as a table.

import { Table } from "../parts/table.js";
import { shortMoment } from "../shown/times.js";

const TONES = {
  OPEN: "accent",
  NEW: "accent",
  PARTIALLY_FILLED: "accent",
  FILLED: "good",
  UNKNOWN: "bad",
  REFUSED: "bad",
};

export function orderTone(state) {
  return TONES[state] ?? "";
}

/** A name of the exchange or of ours in plain words. */
export function wordsOf(name) {
  return (name ?? "–").toLowerCase().replaceAll("_", " ");
}

/** `actions(row)` is a node, for orders with something to do. */
export function orderTable(actions) {
  const columns = [
    { id: "pair", title: "Pair", slot: "a", text: (row) => row.pair, value: (row) => row.pair, href: orderPlace },
    {
      id: "state",
      title: "State",
      slot: "c",
      pill: true,
      text: (row) => `${row.side} ${wordsOf(row.state)}`,
      tone: (row) => orderTone(row.state),
      value: (row) => row.state,
    },
    { id: "type", title: "Type", text: (row) => wordsOf(row.type) },
    { id: "price", title: "Price", slot: "b", number: true, text: (row) => row.price ?? "–" },
    { id: "quantity", title: "Filled", slot: "d", number: true, text: (row) => `${row.executed} of ${row.quantity}` },
    { id: "lot", title: "Lot", text: (row) => row.lot ?? "–", href: orderPlace },
    { id: "sent", title: "Sent", number: true, text: (row) => shortMoment(row.sent), value: (row) => row.sent },
  ];
  if (actions) columns.push({ id: "actions", title: "Actions", bare: true, slot: "e", node: actions });
  return new Table({
    name: actions ? "orders" : "orders-all",
    label: "Orders",
    key: keyOf,
    empty: "no order",
    columns,
  });
}

function keyOf(row) {
  return row.key ?? `${row.pair}${row.client_order_id}${row.order_id}${row.type}`;
}

function orderPlace(row) {
  return row.lot ? `#/lots/${row.lot}` : `#/pairs/${row.pair}`;
}
