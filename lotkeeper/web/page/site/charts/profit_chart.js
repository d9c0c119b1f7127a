// Lines over time, by uPlot.

import { colours } from "../parts/theme.js";

const SCRIPT = new URL("../vendor/uPlot.iife.min.js", import.meta.url).href;
const STYLE = new URL("../vendor/uPlot.min.css", import.meta.url).href;
const HEIGHT = 240;
let loaded = null;

/** The library is a plain script with one name; it is loaded when the first plot is. */
function load() {
  loaded ??= new Promise((resolve, reject) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: STYLE });
    const script = Object.assign(document.createElement("script"), { src: SCRIPT });
    script.onload = () => resolve(window.uPlot);
    script.onerror = () => reject(new Error("uPlot cannot be loaded; reload the page"));
    document.head.append(style, script);
  });
  return loaded;
}

export class ProfitChart {
  #place;
  #plot = null;
  #shown = null;
  #watch;

  constructor(place) {
    this.#place = place;
    this.#watch = new ResizeObserver(() => this.#plot?.setSize({ width: place.clientWidth, height: HEIGHT }));
    this.#watch.observe(place);
  }

  /** `times` in seconds; `lines`: { title, values } with as many numbers each. */
  async show(times, lines) {
    const Plot = await load();
    this.#shown = [times, lines];
    this.#plot?.destroy();
    this.#plot = new Plot(
      options(this.#place.clientWidth, lines),
      [times, ...lines.map((line) => line.values)],
      this.#place,
    );
  }

  /** Takes over the colours of the page. */
  dress() {
    if (this.#shown) this.show(...this.#shown);
  }

  close() {
    this.#watch.disconnect();
    this.#plot?.destroy();
  }
}

function options(width, lines) {
  const [text, line, ...pens] = colours("muted", "line", "accent", "good", "warn", "bad", "text");
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { show: false }, font };
  return {
    width,
    height: HEIGHT,
    cursor: { points: { size: 7 } },
    legend: { show: false },
    padding: [16, 28, 0, 0],
    axes: [
      { ...axis, grid: { show: false }, size: 36, space: 64, values: days },
      { ...axis, size: room(lines), values: amounts },
    ],
    series: [
      {},
      ...lines.map((each, index) => ({
        label: each.title,
        stroke: pens[index % pens.length],
        width: index ? 1.5 : 2,
        fill: index ? undefined : soft(pens[0]),
        points: { show: false },
      })),
    ],
  };
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const HOUR = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Days, or hours where they are apart by less. */
function days(_plot, times) {
  const form = times.length > 1 && times[1] - times[0] < 86_400 ? HOUR : DAY;
  return times.map((at) => form.format(new Date(at * 1000)));
}

/** All with as many places as the step between them needs. */
function amounts(_plot, values) {
  const step = values.length > 1 ? Math.abs(values[1] - values[0]) : 1;
  const places = Math.min(8, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  return values.map((each) => each.toFixed(places));
}

/** The width of the amounts beside the plot. */
function room(lines) {
  const most = Math.max(...lines.flatMap((line) => line.values.map(Math.abs)), 0);
  return most > 0 && most < 0.01 ? 92 : 60;
}

function soft(colour) {
  return colour.replace("rgb(", "rgba(").replace(")", ", 0.12)");
}
