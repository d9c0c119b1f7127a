// The profit over time as lines of a plot, by quote asset.

const STEP_MS = { day: 86_400_000, hour: 3_600_000 };
const MOST_PAIRS = 4; // beside the sum; more lines cannot be told apart

/** `series` of the service as a map from quote asset to { times (s), lines: [{ title, values }] }. */
export function plotted(document, now = Date.now()) {
  const begin = document.since ? Date.parse(document.since) : null;
  const quotes = Map.groupBy(document.series ?? [], (each) => each.quote);
  const sorted = [...quotes].sort(([one], [other]) => (one < other ? 1 : -1));
  return new Map(
    sorted.map(([quote, rows]) => [quote, lines(quote, rows, { begin, now, step: STEP_MS[document.by] })]),
  );
}

/** From nothing, up to the day or hour before the first sale, to what stands now. */
function lines(quote, rows, { begin, now, step }) {
  const known = rows.flatMap((row) => row.points.map(([at]) => at));
  const before = Math.min(...known) - step;
  const ends = begin === null || begin > before ? [before] : [begin, before];
  const times = [...new Set([...ends, ...known, now])].sort((one, other) => one - other);
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
