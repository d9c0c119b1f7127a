// Candles with BUYs, sales, floors and stops, by TradingView's Lightweight Charts.

import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
} from "../vendor/lightweight-charts.standalone.production.mjs";
import { colours } from "../parts/theme.js";

const MOST_LINES = 12; // more hide the candles
const FARTHEST = 0.2; // of the price

export class PriceChart {
  #chart;
  #series;
  #markers;
  #lines = [];
  #candles = [];
  #isFresh = true;

  constructor(place) {
    this.#chart = createChart(place, { autoSize: true, layout: { attributionLogo: false } });
    this.#series = this.#chart.addSeries(CandlestickSeries, {});
    this.#markers = createSeriesMarkers(this.#series, []);
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
    this.#isFresh = true;
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
    if (isNew) this.#chart.timeScale().setVisibleLogicalRange({ from: candles.length - 90, to: candles.length + 4 });
  }

  /** `lines`: { price, kind }, `trades`: { at, price, kind: "buy" or "sell" }. */
  mark({ lines = [], trades = [] }) {
    const wanted = JSON.stringify([lines, trades, this.#candles.length]);
    if (wanted === this.wanted && !this.#isFresh) return;
    this.wanted = wanted;
    this.#isFresh = false;
    this.#drawLines(nearest(lines, this.#candles.at(-1)?.close));
    this.#drawTrades(trades);
  }

  #drawLines(lines) {
    const [accent, bad, muted] = colours("accent", "bad", "muted");
    this.#lines.forEach((line) => this.#series.removePriceLine(line));
    this.#lines = lines.map(({ price, kind, title = "" }) =>
      this.#series.createPriceLine({
        price: Number(price),
        color: { stop: bad, cost: muted }[kind] ?? accent,
        lineWidth: 1,
        lineStyle: kind === "floor" ? 0 : 2,
        axisLabelVisible: lines.length <= 4,
        title,
      }),
    );
  }

  #drawTrades(trades) {
    const [good, accent] = colours("good", "accent");
    const first = this.#candles[0]?.time ?? 0;
    const marks = trades
      .map(({ at, kind }) => ({ time: this.#candleOf(local(Date.parse(at))), kind }))
      .filter(({ time }) => time !== null && time >= first);
    this.#markers.setMarkers(
      marks
        .sort((one, other) => one.time - other.time)
        .map(({ time, kind }) =>
          kind === "buy"
            ? { time, position: "belowBar", color: accent, shape: "arrowUp", text: "BUY" }
            : { time, position: "aboveBar", color: good, shape: "arrowDown", text: "sold" },
        ),
    );
  }

  /** The candle in which a moment lies; null before the first one. */
  #candleOf(time) {
    return this.#candles.findLast((candle) => candle.time <= time)?.time ?? null;
  }

  close() {
    this.#chart.remove();
  }
}

/** Seconds; the library shows UTC, so the browser's zone is added. */
function local(ms) {
  return Math.floor(ms / 1000) - new Date(ms).getTimezoneOffset() * 60;
}

/** Those near enough to be seen beside the candles, and not too many of them. */
function nearest(lines, price) {
  const away = (line) => Math.abs(Number(line.price) / price - 1);
  const near = lines.filter((line) => line.price !== null && price && away(line) <= FARTHEST);
  return near.sort((one, other) => away(one) - away(other)).slice(0, MOST_LINES);
}
