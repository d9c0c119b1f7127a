// What was earned today (a day of UTC), asked for again when something was sold.

import { ask } from "./api.js";
import { utcDay } from "../shown/times.js";

const AGAIN_MS = 60_000;

/** `today` in the store: [{ quote, profit }]. */
export function keepToday(store) {
  let known = "";
  let askedAt = 0;
  store.watch(["status"], async () => {
    const earned = JSON.stringify(store.get("status").totals?.net_profit ?? {}) + utcDay();
    if (earned === known && Date.now() - askedAt < AGAIN_MS) return;
    known = earned;
    askedAt = Date.now();
    const found = await ask("profit", { by: "day", since: utcDay() }).catch(() => null);
    if (found) store.set("today", found.totals.map(({ quote, profit }) => ({ quote, profit })).sort(byMost));
  });
}

/** USDT before BTC. */
function byMost(one, other) {
  return one.quote < other.quote ? 1 : -1;
}
