// The profit over time as lines of a plot, by quote asset.

const MOST_PAIRS = 4; // beside the sum; more lines cannot be told apart

/** `series` of the service as a map from quote asset to { times (s), lines: [{ title, values }] }. */
export function plotted(document) {
  const quotes = Map.groupBy(document.series ?? [], (each) => each.quote);
  return new Map(
    [...quotes].sort(([one], [other]) => (one < other ? 1 : -1)).map(([quote, rows]) => [quote, lines(quote, rows)]),
  );
}

function lines(quote, rows) {
  const times = [...new Set(rows.flatMap((row) => row.points.map(([at]) => at)))].sort((one, other) => one - other);
  const pairs = rows.map((row) => ({ title: row.pair, values: filled(times, row.points) }));
  const all = {
    title: `all in ${quote}`,
    values: times.map((_, index) => pairs.reduce((sum, row) => sum + row.values[index], 0)),
  };
  const best = pairs.sort((one, other) => other.values.at(-1) - one.values.at(-1)).slice(0, MOST_PAIRS);
  return {
    times: times.map((ms) => ms / 1000),
    lines: pairs.length > 1 ? [all, ...best] : [{ ...all, title: pairs[0].title }],
  };
}

/** A value stands until the next one. */
function filled(times, points) {
  const known = new Map(points.map(([at, amount]) => [at, Number(amount)]));
  let last = 0;
  return times.map((at) => (last = known.get(at) ?? last));
}
