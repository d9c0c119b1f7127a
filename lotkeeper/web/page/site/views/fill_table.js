// Trades of lots as a table.

import { Table } from "../parts/table.js";
import { shortMoment } from "../shown/times.js";

export function fillTable() {
  return new Table({
    name: "fills",
    label: "Fills",
    key: (row) => row.key,
    empty: "nothing was bought or sold yet",
    columns: [
      { id: "pair", title: "Lot", slot: "a", text: (row) => row.lot, href: (row) => `#/lots/${row.lot}` },
      {
        id: "side",
        title: "Side",
        slot: "c",
        pill: true,
        text: (row) => row.side,
        tone: (row) => (row.side === "SELL" ? "good" : "accent"),
      },
      { id: "price", title: "Price", number: true, text: (row) => row.price },
      { id: "quantity", title: "Quantity", number: true, text: (row) => withAsset(row.quantity, row.base) },
      { id: "amount", title: "Amount", slot: "b", number: true, text: (row) => withAsset(row.amount, row.quote) },
      { id: "fee", title: "Fee", number: true, text: (row) => `${row.fee} ${row.fee_asset}` },
      { id: "time", title: "Time", slot: "d", number: true, text: (row) => shortMoment(row.time) },
    ],
  });
}

/** Nothing behind it where the lot is not recorded, whose assets they are. */
function withAsset(amount, asset) {
  return asset ? `${amount} ${asset}` : amount;
}
