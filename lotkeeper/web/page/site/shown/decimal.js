// Amounts come as decimal numbers in text, and are added, rounded and compared as such: no digit is lost on the way.

/** The number as a whole one and how many digits of it stand behind the point. */
function parse(text) {
  const negative = text.startsWith("-");
  const [whole, fraction = ""] = (negative ? text.slice(1) : text).split(".");
  const digits = BigInt(whole + fraction);
  return { digits: negative ? -digits : digits, places: fraction.length };
}

function write(digits, places) {
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, "0");
  const cut = text.length - places;
  const plain = places ? `${text.slice(0, cut)}.${text.slice(cut)}` : text;
  return digits < 0n ? `-${plain}` : plain;
}

/** -1, 0 or 1. */
export function sign(text) {
  const { digits } = parse(text);
  return digits < 0n ? -1 : digits > 0n ? 1 : 0;
}

/** Rounded to so many places; half to even, as the command line does. */
export function rounded(text, places) {
  const { digits, places: given } = parse(text);
  if (given <= places) return write(digits * 10n ** BigInt(places - given), places);
  const unit = 10n ** BigInt(given - places);
  const size = digits < 0n ? -digits : digits;
  const rest = size % unit;
  let kept = size / unit;
  if (rest * 2n > unit || (rest * 2n === unit && kept % 2n === 1n)) kept += 1n;
  return write(digits < 0n ? -kept : kept, places);
}

/** Two decimals from 100 on, four from 0.01 on, else eight: as the command line shortens. */
export function shorten(text) {
  if (sign(text) === 0) return "0";
  const size = Math.abs(Number(text));
  return rounded(text, size >= 100 ? 2 : size >= 0.01 ? 4 : 8);
}

/** For a headline: two decimals, or as many as a small amount needs. */
export function brief(text) {
  if (sign(text) === 0) return "0";
  return Math.abs(Number(text)) >= 1 ? rounded(text, 2) : shorten(text);
}

/** A plus before what is above zero. */
export function signed(text) {
  return sign(text) > 0 ? `+${text}` : text;
}

/** "good" above zero, "bad" below. */
export function tone(text) {
  return ["bad", "", "good"][sign(text) + 1];
}

export function sum(texts) {
  const parts = [...texts].map(parse);
  const places = Math.max(0, ...parts.map((part) => part.places));
  return write(
    parts.reduce((all, part) => all + part.digits * 10n ** BigInt(places - part.places), 0n),
    places,
  );
}

export function negated(text) {
  return sum([text.startsWith("-") ? text.slice(1) : sign(text) ? `-${text}` : text]);
}

/** From a price above zero to another one, in percent of the first; cut downward to hundredths, as the command line. */
export function distancePct(price, from) {
  const [to, start] = [parse(price), parse(from)];
  const places = Math.max(to.places, start.places);
  const [far, near] = [to, start].map((each) => each.digits * 10n ** BigInt(places - each.places));
  const hundredths = (far - near) * 10_000n;
  const cut = hundredths / near - (hundredths % near < 0n ? 1n : 0n);
  return write(cut, 2);
}

/** A fraction in percent, without zeros at its end. */
export function percent(text) {
  const { digits, places } = parse(text);
  const plain = places >= 2 ? write(digits, places - 2) : write(digits * 10n ** BigInt(2 - places), 0);
  return plain.includes(".") ? plain.replace(/\.?0+$/, "") : plain;
}

/** `1 sale`, `2 sales`. */
export function counted(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
