// Candles with BUYs, sales, floors and stops, by TradingView's Lightweight Charts.

import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
} from "../vendor/lightweight-charts.standalone.production.mjs";
import { colours } from "../parts/theme.js";
import { lineLabels, tradeMarks } from "./labels.js";

const MOST_LINES = 12; // more hide the candles
const REACH = 2; // lines up to so many heights of the candles away are shown beside them
const LEAST_SPAN = 0.002; // of the price, for candles that hardly move
const LABEL_PX = { width: 64, height: 20 };
const BESIDE_PX = 72; // beside the newest candle, for the labels of lines
const NEWEST = 90; // candles at most
const CANDLE_PX = 3.5; // at least
const WORDS = { buy: ["BUY", "buys"], sell: ["sold", "sold"] };

export class PriceChart {
  #chart;
  #series;
  #markers;
  #lines = [];
  #candles = [];
  #wanted = { lines: [], trades: [] };
  #drawn = "";
  #frame = null;
  #span = null; // of the candles in sight

  constructor(place) {
    this.#chart = createChart(place, { autoSize: true, layout: { attributionLogo: false } });
    this.#series = this.#chart.addSeries(CandlestickSeries, {});
    this.#markers = createSeriesMarkers(this.#series, []);
    this.#series.applyOptions({ autoscaleInfoProvider: (original) => this.#scale(original()) });
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange(() => this.#plan());
    this.#chart.timeScale().subscribeSizeChange(() => this.#plan());
    this.dress();
  }

  /** Takes over the colours of the page. */
  dress() {
    const [text, line, good, bad, accent] = colours("muted", "line", "good", "bad", "accent");
    this.#chart.applyOptions({
      layout: {
        background: { color: "transparent" },
        textColor: text,
        fontFamily: getComputedStyle(document.body).fontFamily,
      },
      grid: { vertLines: { visible: false }, horzLines: { color: line } },
      rightPriceScale: { borderVisible: false },
      timeScale: { borderVisible: false, timeVisible: true, secondsVisible: false },
      crosshair: { vertLine: { labelBackgroundColor: accent }, horzLine: { labelBackgroundColor: accent } },
      handleScroll: { vertTouchDrag: false },
    });
    this.#series.applyOptions({
      upColor: good,
      wickUpColor: good,
      downColor: bad,
      wickDownColor: bad,
      borderVisible: false,
      priceLineColor: text,
    });
    this.#drawn = "";
    this.#plan();
  }

  /** `candles` as the service gives them; a new interval begins at the newest ones. */
  show(candles, tick, isNew) {
    const precision = tick?.includes(".") ? tick.replace(/0+$/, "").split(".")[1].length : 2;
    this.#series.applyOptions({ priceFormat: { type: "price", precision, minMove: 10 ** -precision } });
    this.#candles = candles.map(([at, open, high, low, close]) => ({
      time: local(at),
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
    }));
    this.#series.setData(this.#candles);
    if (isNew) this.#showNewest();
    this.#plan();
  }

  #showNewest() {
    const scale = this.#chart.timeScale();
    const room = Math.max(scale.width() - BESIDE_PX, 140);
    const number = Math.min(NEWEST, Math.floor(room / CANDLE_PX));
    const to = this.#candles.length + (BESIDE_PX * number) / room;
    scale.setVisibleLogicalRange({ from: this.#candles.length - number, to });
  }

  /** `lines`: { price, kind, title, titles }, `trades`: { at, kind: "buy" or "sell", of: its lot or order }. */
  mark({ lines = [], trades = [] }) {
    this.#wanted = { lines, trades };
    this.#plan();
  }

  /** Two frames later: where a label stands is known when the candles have been drawn. */
  #plan() {
    if (this.#frame !== null) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = null;
        this.#draw();
      });
    });
  }

  #draw() {
    const lines = lineLabels(this.#placedLines(), LABEL_PX.height, MOST_LINES);
    const marks = tradeMarks(this.#placedTrades(), this.#candlesIn(LABEL_PX.width), WORDS);
    const drawn = JSON.stringify([lines.map(({ price, kind, text }) => [price, kind, text]), marks]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#drawLines(lines);
    this.#drawMarks(marks);
  }

  #drawLines(lines) {
    const [accent, bad, muted] = colours("accent", "bad", "muted");
    this.#lines.forEach((line) => this.#series.removePriceLine(line));
    this.#lines = lines.map(({ price, kind, text, isLabelled }) =>
      this.#series.createPriceLine({
        price: Number(price),
        color: { stop: bad, cost: muted }[kind] ?? accent,
        lineWidth: 1,
        lineStyle: kind === "floor" ? 0 : 2,
        axisLabelVisible: isLabelled,
        title: text,
      }),
    );
  }

  #drawMarks(marks) {
    const [good, accent] = colours("good", "accent");
    const looks = {
      buy: { position: "belowBar", color: accent, shape: "arrowUp" },
      sell: { position: "aboveBar", color: good, shape: "arrowDown" },
    };
    this.#markers.setMarkers(marks.map(({ time, kind, text }) => ({ time, text, ...looks[kind] })));
  }

  /** Those that are in sight, the nearest to the price first. */
  #placedLines() {
    return this.#near().map((line) => ({ ...line, y: this.#series.priceToCoordinate(Number(line.price)) ?? 0 }));
  }

  #placedTrades() {
    return this.#wanted.trades
      .map(({ at, kind, of }) => ({ index: this.#candleOf(local(Date.parse(at))), kind, of }))
      .filter(({ index }) => index >= 0)
      .map((trade) => {
        const { time, low, high } = this.#candles[trade.index];
        return { ...trade, time, out: trade.kind === "buy" ? -low : high };
      });
  }

  /** How many candles so many pixels are. */
  #candlesIn(px) {
    const scale = this.#chart.timeScale();
    const seen = scale.getVisibleLogicalRange();
    return seen && scale.width() ? (px * (seen.to - seen.from)) / scale.width() : NEWEST;
  }

  /** What the candles in sight span, and the lines near them. */
  #scale(found) {
    if (!found?.priceRange) return found;
    this.#span = found.priceRange;
    const prices = this.#near().map((line) => Number(line.price));
    const { minValue, maxValue } = found.priceRange;
    return {
      ...found,
      priceRange: { minValue: Math.min(minValue, ...prices), maxValue: Math.max(maxValue, ...prices) },
    };
  }

  #near() {
    const price = this.#candles.at(-1)?.close;
    if (!price || !this.#span) return [];
    const { minValue, maxValue } = this.#span;
    const reach = Math.max(maxValue - minValue, price * LEAST_SPAN) * REACH;
    const isNear = (each) => each >= minValue - reach && each <= maxValue + reach;
    const away = (line) => Math.abs(Number(line.price) - price);
    const lines = this.#wanted.lines.filter((line) => line.price !== null && isNear(Number(line.price)));
    return lines.sort((one, other) => away(one) - away(other));
  }

  /** The place of the candle in which a moment lies; -1 before the first one. */
  #candleOf(time) {
    return this.#candles.findLastIndex((candle) => candle.time <= time);
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#chart.remove();
  }
}

/** Seconds; the library shows UTC, so the browser's zone is added. */
function local(ms) {
  return Math.floor(ms / 1000) - new Date(ms).getTimezoneOffset() * 60;
}
