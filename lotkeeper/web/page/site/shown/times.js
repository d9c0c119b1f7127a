// Times are shown in the browser's time zone; their tips have UTC, as the command line shows them.

const PARTS = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const TIME = new Intl.DateTimeFormat("en-GB", PARTS);

/** A length of time in its two largest units, such as `2 h 5 m`, or `4.6 s`: as the command line shows it. */
export function duration(seconds) {
  const whole = Math.floor(seconds);
  const units = [
    ["d", 86400, "h", 3600],
    ["h", 3600, "m", 60],
    ["m", 60, "s", 1],
  ];
  for (const [unit, size, smaller, part] of units) {
    if (whole >= size) return `${Math.floor(whole / size)} ${unit} ${Math.floor((whole % size) / part)} ${smaller}`;
  }
  return seconds < 10 ? `${Math.max(0, seconds).toFixed(1)} s` : `${whole} s`;
}

/** The same of a time that is counted second by second. */
export function counting(seconds) {
  return seconds < 10 ? `${Math.floor(seconds)} s` : duration(seconds);
}

/** `14:05:09`, of milliseconds since 1970 or an ISO time. */
export function clock(moment) {
  return TIME.format(new Date(moment));
}

/** The name of the browser's time zone, such as `Europe/Berlin`. */
export function timeZone() {
  return TIME.resolvedOptions().timeZone;
}

function twoDigits(number) {
  return String(number).padStart(2, "0");
}

/** `2026-11-30 14:05:09`. */
export function moment(iso) {
  const at = new Date(iso);
  return `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())} ${clock(at)}`;
}

/** The time alone if it is of today, else month, day, hour and minute. */
export function shortMoment(iso) {
  const text = moment(iso);
  return text.slice(0, 10) === moment(Date.now()).slice(0, 10) ? text.slice(11) : text.slice(5, 16);
}

/** How long ago, of milliseconds or an ISO time. */
export function ago(iso) {
  return duration(Math.max(0, (Date.now() - new Date(iso).getTime()) / 1000));
}

/** `2026-11-30`, in UTC: the days of the profit are. */
export function utcDay(at = Date.now()) {
  return new Date(at).toISOString().slice(0, 10);
}
