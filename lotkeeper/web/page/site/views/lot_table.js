// The lots as a table.

import { nearestAway } from "../service/lots.js";
import { Table } from "../parts/table.js";
import { shorten, sign, signed, tone } from "../shown/decimal.js";
import { ago, duration, moment } from "../shown/times.js";

const TONES = { SELLING: "accent", CLOSED: "good", PARKED: "warn", QUEUED: "warn", HELD: "warn", OPEN: "" };

const NEAR_PCT = 0.5;

/** `status` gives the status document of now. */
export function lotTable(status, { label = "Lots", isPairShown = true, empty = "no open lot" } = {}) {
  const distance = (row) => nearestAway(row, status());
  return new Table({
    name: isPairShown ? "lots" : "lots-of-pair",
    label,
    key: (row) => row.lot,
    empty,
    sort: { by: "away", descending: false },
    columns: [
      {
        id: "lot",
        title: "Lot",
        slot: "a",
        text: (row) => row.lot,
        value: (row) => row.lot,
        href: (row) => `#/lots/${row.lot}`,
      },
      {
        id: "state",
        title: "State",
        slot: "c",
        pill: true,
        text: (row) => stateText(row),
        tip: (row) => row.reason,
        tone: (row) => (row.unknown ? "bad" : TONES[row.state]),
        value: (row) => row.state,
      },
      {
        id: "age",
        title: "Age",
        number: true,
        text: age,
        value: (row) => row.closed ?? -row.opened,
        nearestFirst: true,
      },
      { id: "received", title: "Received", number: true, text: (row) => `${row.received} ${row.base}` },
      {
        id: "cost",
        title: "Cost",
        slot: "d",
        number: true,
        text: (row) => `${shorten(row.cost)} ${row.quote}`,
        value: (row) => Number(row.cost),
      },
      { id: "trigger", title: "SELL at", number: true, text: priceText },
      {
        id: "away",
        title: "Away",
        slot: "b",
        unit: "away",
        number: true,
        nearestFirst: true,
        moves: true,
        orders: ["nearest", "farthest"],
        text: (row) => percent(distance(row)),
        value: (row) => size(distance(row)),
        tone: (row) => nearTone(distance(row)),
      },
      {
        id: "realised",
        title: "Realised",
        number: true,
        text: (row) => profit(row),
        tone: (row) => (sign(row.realised) ? tone(row.realised) : "dim"),
        value: (row) => Number(row.realised),
      },
    ],
  });
}

export function stateText(row) {
  return row.unknown ? "unknown order" : row.state.toLowerCase();
}

function age(row) {
  return row.closed === null
    ? ago(row.opened)
    : `${duration((row.closed - row.opened) / 1000)}, ${moment(row.closed)}`;
}

/** The lowest price of its SELLs, and how many more there are, as `lotkeeper positions` has it. */
function priceText(row) {
  if (row.price === null) return "–";
  return row.more ? `${row.price} and ${row.more} more` : row.price;
}

function percent(value) {
  return value === null ? "–" : `${value.startsWith("-") ? "" : "+"}${value} %`;
}

/** Of what is above the bid and what is below it the nearest comes first. */
function size(value) {
  return value === null ? null : Math.abs(value);
}

/** A stop is below the bid. */
function nearTone(value) {
  if (value === null || Math.abs(value) >= NEAR_PCT) return "";
  return value.startsWith("-") ? "bad" : "good";
}

function profit(row) {
  return sign(row.sold) ? `${signed(shorten(row.realised))} ${row.quote}` : "–";
}
