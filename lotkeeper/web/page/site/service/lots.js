// The open lots. Of each only what a list shows is kept: there may be ten thousand, and a phone has little memory.

import { distancePct } from "../shown/decimal.js";

const SHARED = new Map();
const LIVE = new Set(["OPEN", "PARTIALLY_FILLED", "PLACING", "UNKNOWN", "CANCELING"]);

/** The same text is kept once: thousands of lots have few pairs, assets and states. */
function shared(text) {
  if (!SHARED.has(text)) SHARED.set(text, text);
  return SHARED.get(text);
}

/** A lot as the list has it. */
export function listed(lot) {
  const live = lot.sells.filter((each) => LIVE.has(each.state));
  return {
    lot: lot.lot,
    pair: shared(lot.pair),
    base: shared(lot.base),
    quote: shared(lot.quote),
    state: shared(lot.state),
    reason: shared(lot.reason),
    received: lot.received,
    cost: lot.cost,
    sold: lot.sold,
    realised: lot.realised_profit,
    opened: Date.parse(lot.opened),
    closed: lot.closed === null ? null : Date.parse(lot.closed),
    trigger: lot.nearest_trigger,
    stop: lot.nearest_stop,
    arms: lot.arms_at,
    price: lowestPrice(live.length ? live : lot.sells),
    more: Math.max(0, live.length - 1),
    unknown: lot.sells.some((each) => each.state === "UNKNOWN"),
  };
}

/** Of SELLs; null of none. */
function lowestPrice(sells) {
  const prices = sells.map((each) => each.price);
  return prices.reduce((low, each) => (low === null || Number(each) < Number(low) ? each : low), null);
}

export class Lots {
  #byName = new Map();
  known = false;

  /** An event of the service. */
  take({ whole, changed, removed }) {
    if (whole) this.#byName.clear();
    this.known = true;
    for (const lot of changed) {
      if (lot.state === "CLOSED") this.#byName.delete(lot.lot);
      else this.#byName.set(lot.lot, listed(lot));
    }
    for (const name of removed) this.#byName.delete(name);
  }

  get size() {
    return this.#byName.size;
  }

  get(name) {
    return this.#byName.get(name);
  }

  all() {
    return [...this.#byName.values()];
  }

  of(pair) {
    return this.all().filter((lot) => lot.pair === pair);
  }
}

/** From the bid to a price, in percent of the bid, as text; null if one of them is not known. */
export function away(pair, price, status) {
  const bid = status?.pairs?.[pair]?.price?.bid;
  return bid && price ? distancePct(price, bid) : null;
}

/** To the nearest of the prices at which a SELL or a stop of the lot is reached, or its break-even is armed. */
export function nearestAway(lot, status) {
  const known = [lot.trigger, lot.stop, lot.arms].map((each) => away(lot.pair, each, status)).filter(Boolean);
  return known.reduce((one, other) => (Math.abs(one) <= Math.abs(other) ? one : other), known[0] ?? null);
}
