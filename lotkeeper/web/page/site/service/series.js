// The profit over time as lines of a plot, by quote asset.

const DAY_MS = 86_400_000;
const MOST_PAIRS = 4; // beside the sum; more lines cannot be told apart

/** `series` of the service as a map from quote asset to { times (s), lines: [{ title, values }] }. */
export function plotted(document, now = Date.now()) {
  const begin = document.since ? Date.parse(document.since) : null;
  const quotes = Map.groupBy(document.series ?? [], (each) => each.quote);
  const sorted = [...quotes].sort(([one], [other]) => (one < other ? 1 : -1));
  return new Map(sorted.map(([quote, rows]) => [quote, lines(quote, rows, begin, now)]));
}

/** From nothing at the beginning to what stands now. */
function lines(quote, rows, begin, now) {
  const known = rows.flatMap((row) => row.points.map(([at]) => at));
  const first = Math.min(...known);
  const times = [...new Set([Math.min(begin ?? first - DAY_MS, first), ...known, now])].sort(
    (one, other) => one - other,
  );
  const pairs = rows.map((row) => ({ title: row.pair, values: filled(times, row.points) }));
  const all = { title: `all in ${quote}`, values: times.map((_, index) => total(pairs, index)) };
  const best = pairs.sort((one, other) => other.values.at(-1) - one.values.at(-1)).slice(0, MOST_PAIRS);
  return {
    times: times.map((ms) => ms / 1000),
    lines: pairs.length > 1 ? [all, ...best] : [{ ...all, title: pairs[0].title }],
  };
}

function total(pairs, index) {
  return pairs.reduce((sum, row) => sum + row.values[index], 0);
}

/** A value stands until the next one. */
function filled(times, points) {
  const known = new Map(points.map(([at, amount]) => [at, Number(amount)]));
  let last = 0;
  return times.map((at) => (last = known.get(at) ?? last));
}
