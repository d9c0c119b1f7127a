// The pairs as a table: on the overview, and on a page of their own.

import { Table } from "../parts/table.js";
import { shorten, signed, sign, tone } from "../shown/decimal.js";
import { duration } from "../shown/times.js";

const OLD_S = 150; // older than this, trades may be missing

export function pairTable(label) {
  return new Table({
    name: "pairs",
    label,
    key: (row) => row.pair,
    empty: "no pair is configured",
    columns: [
      {
        id: "pair",
        title: "Pair",
        slot: "a",
        text: (row) => row.pair,
        value: (row) => row.pair,
        href: (row) => `#/pairs/${row.pair}`,
      },
      {
        id: "state",
        title: "State",
        slot: "c",
        pill: true,
        text: (row) => state(row)[0],
        tone: (row) => state(row)[1],
        value: (row) => state(row)[0],
      },
      {
        id: "bid",
        title: "Bid",
        number: true,
        text: (row) => row.price?.bid ?? "–",
        tone: (row) => (row.price?.stale ? "bad" : ""),
      },
      {
        id: "lots",
        title: "Lots",
        slot: "d",
        number: true,
        text: (row) => String(row.lots_open ?? "–"),
        value: (row) => row.lots_open ?? null,
      },
      { id: "quantity", title: "Quantity", number: true, text: (row) => row.open_quantity ?? "–" },
      { id: "next", title: "Next SELL at", number: true, text: (row) => row.nearest_sell ?? "–" },
      money("realised", "Realised", "b", (row) => row.realised_profit, "realised"),
      money("unrealised", "Unrealised", "", (row) => row.unrealised_profit),
      {
        id: "proof",
        title: "Complete",
        number: true,
        text: proof,
        tone: (row) => (isOld(row) ? "bad" : "dim"),
        value: (row) => row.complete_age_seconds ?? null,
        moves: true,
      },
    ],
  });
}

function money(id, title, slot, of, unit = null) {
  return {
    id,
    title,
    slot,
    unit,
    number: true,
    text: (row) => (of(row) ? `${signed(shorten(of(row)))} ${row.quote}` : "–"),
    tone: (row) => (of(row) && sign(of(row)) ? tone(of(row)) : "dim"),
    value: (row) => (of(row) ? Number(of(row)) : null),
  };
}

/** The pairs of the status as rows. */
export function pairRows(status) {
  return Object.entries(status?.pairs ?? {}).map(([pair, fields]) => ({ pair, ...fields }));
}

/** What is to be known of a pair in a word, and how bad it is. */
export function state(row) {
  if (row.watch_only) return ["watch-only", "bad"];
  if (row.paused) return ["paused", "warn"];
  if (row.trouble) return ["trouble", "bad"];
  if (row.complete_age_seconds === null || row.complete_age_seconds === undefined) return [row.phase, "warn"];
  return isOld(row) ? ["old", "bad"] : ["proven", "good"];
}

function isOld(row) {
  return (row.complete_age_seconds ?? 0) > OLD_S;
}

function proof(row) {
  const age = row.complete_age_seconds;
  return age === null || age === undefined ? "–" : `${duration(age)} ago`;
}
