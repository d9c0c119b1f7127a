// The open lots. Of each only what a list shows is kept: there may be ten thousand, and a phone has little memory.

const SHARED = new Map();

/** The same text is kept once: thousands of lots have few pairs, assets and states. */
function shared(text) {
  if (!SHARED.has(text)) SHARED.set(text, text);
  return SHARED.get(text);
}

/** A lot as the list has it. */
export function listed(lot) {
  const open = lot.sells.filter((each) => each.state === "OPEN" || each.state === "PARTIALLY_FILLED");
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
    orders: open.length,
    unknown: lot.sells.some((each) => each.state === "UNKNOWN"),
  };
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

/** From the bid to the price at which it is sold, in percent of the bid; null if one of them is not known. */
export function away(lot, status) {
  const bid = status?.pairs[lot.pair]?.price?.bid;
  if (!bid || lot.trigger === null) return null;
  return (Number(lot.trigger) / Number(bid) - 1) * 100;
}
