// Which labels of a chart are shown, so that none lies over another: of those too near to each other one stands for
// all, with their number.

/** A mark for each candle and kind; `trades`: { index, time, kind, of, out }. `of` names the lot that it is part of,
    `out` is larger the farther out of the candles its mark stands. Labels are `apart` candles apart at least; `words`
    are one word and its plural by kind. */
export function tradeMarks(trades, apart, words) {
  const kinds = Map.groupBy(trades, (each) => each.kind);
  const marks = [...kinds].flatMap(([kind, those]) => marksOf(those, apart, words[kind]));
  return marks.sort((one, other) => one.time - other.time);
}

function marksOf(trades, apart, words) {
  const candles = [...Map.groupBy(trades, (each) => each.index)].sort(([one], [other]) => one - other);
  const marks = candles.map(([index, those]) => ({ index, ...those[0], text: "", trades: those }));
  const labels = [];
  for (const group of grouped(marks, apart)) {
    const far = group.filter(({ index }) => index - (labels.at(-1)?.at.index ?? -Infinity) >= apart);
    if (far.length) labels.push({ at: outermost(far), trades: [] });
    labels.at(-1).trades.push(...group.flatMap((mark) => mark.trades));
  }
  for (const { at, trades: those } of labels) at.text = counted(new Set(those.map(({ of }) => of)).size, words);
  return marks.map(({ time, kind, text }) => ({ time, kind, text }));
}

/** Neighbours that have one label. */
function grouped(marks, apart) {
  const groups = [];
  for (const mark of marks) {
    if (groups.length && mark.index - groups.at(-1)[0].index < apart) groups.at(-1).push(mark);
    else groups.push([mark]);
  }
  return groups;
}

function outermost(marks) {
  return marks.reduce((found, mark) => (mark.out > found.out ? mark : found));
}

/** The lines to draw, each with its label or without. `lines`: { price, kind, title, titles, y }; those first in the
    list matter most. Where there are more than `most`, those that a label stands for are left out. */
export function lineLabels(lines, apart, most) {
  const heads = [];
  const drawn = lines.map((line) => {
    const head = heads.find((each) => each.kind === line.kind && Math.abs(each.y - line.y) < apart);
    if (head) head.number += 1;
    const made = { ...line, number: 1, isLabelled: !head };
    if (!head) heads.push(made);
    return made;
  });
  const shown = drawn.length > most ? heads.slice(0, most) : drawn;
  const words = (line) => (line.isLabelled ? counted(line.number, [line.title, line.titles]) : "");
  return shown.map((line) => ({ ...line, text: words(line) }));
}

function counted(number, [one, many]) {
  return number === 1 ? one : `${number} ${many}`;
}
