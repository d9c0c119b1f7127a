"""The labels of a price chart as the browser draws them: however many lots there are, none lies over another."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.e2e.page.browser import OpenPage
from tests.e2e.page.served import ServedPage

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
MINUTE_MS = 60_000
BEGIN_MS = 1_790_000_040_000 // MINUTE_MS * MINUTE_MS
CANDLES = 200
NEWEST_MS = BEGIN_MS + (CANDLES - 1) * MINUTE_MS

# Keeps each text of a canvas with its box until the canvas is drawn anew.
_RECORD = """() => {
  const texts = new Map();
  const context = CanvasRenderingContext2D.prototype;
  const begin = (each) => texts.set(each.canvas, []);
  const { fillText, fillRect, clearRect } = context;
  context.fillText = function (text, x, y) {
    const to = this.getTransform();
    const at = to.transformPoint({ x, y });
    const width = this.measureText(text).width * to.a;
    const left = { center: width / 2, right: width, end: width }[this.textAlign] ?? 0;
    if (!texts.has(this.canvas)) begin(this);
    texts.get(this.canvas).push([text, at.x - left, at.y, width]);
    return fillText.apply(this, arguments);
  };
  context.fillRect = function () {
    if (this.globalCompositeOperation === "copy") begin(this);
    return fillRect.apply(this, arguments);
  };
  context.clearRect = function () {
    begin(this);
    return clearRect.apply(this, arguments);
  };
  window.drawnTexts = () => [...texts]
    .filter(([canvas]) => canvas.isConnected && canvas.checkVisibility())
    .flatMap(([canvas, found]) => {
      const { left, top } = canvas.getBoundingClientRect();
      return found.map(([text, x, y, width]) => [text, left + x, top + y, width]);
    });
}"""
_DRAW = """async ([name, candles, marks]) => {
  const { PriceChart } = await import(name);
  const place = Object.assign(document.createElement("div"), { className: "chart" });
  document.querySelector("main").replaceChildren(place);
  window.chart?.close();
  window.chart = new PriceChart(place);
  window.chart.show(candles, "0.01", true);
  window.chart.mark(marks);
}"""


def candles() -> list[list[Any]]:
    """A price between 99 and 101."""
    found = []
    for number in range(CANDLES):
        price = 100 + (number * 7 % 20 - 10) / 10
        found.append(
            [BEGIN_MS + number * MINUTE_MS, *(f"{each:.2f}" for each in (price, price + 0.3, price - 0.3, price))]
        )
    return found


def bought(*minutes_ago: float) -> list[dict[str, Any]]:
    """One BUY of a lot at each of these moments."""
    return [
        {"at": _moment(NEWEST_MS - round(ago * MINUTE_MS)), "kind": "buy", "of": f"LOT-{number}"}
        for number, ago in enumerate(minutes_ago)
    ]


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat()


def sells(*prices: float) -> list[dict[str, Any]]:
    return [{"price": f"{each:.2f}", "kind": "floor", "title": "SELL", "titles": "SELLs"} for each in prices]


CASES = {
    "one lot": (bought(0), sells(101.5), ["BUY"], ["SELL"]),
    "three lots within a minute": (bought(0, 0.2, 0.9), sells(101.5, 101.51, 101.52), ["3 buys"], ["3 SELLs"]),
    "three lots in minutes that follow each other": (bought(0, 1, 2), sells(101.5, 103, 104.5), ["3 buys"], ["SELL"]),
    "forty lots within the hour": (bought(*range(40)), sells(*(101 + each / 20 for each in range(40))), None, None),
    "one BUY of three fills": ([{**each, "of": "LOT"} for each in bought(0, 0, 1)], [], ["BUY"], []),
    "lots that are far apart": (bought(0, 40), [], ["BUY", "BUY"], []),
    "a SELL that is far away": (bought(0), sells(150), ["BUY"], []),
}


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("case", CASES)
def test_labels_can_be_read(open_page, served: ServedPage, width, case):
    trades, lines, of_trades, of_lines = CASES[case]
    page: OpenPage = open_page(width)
    page.page.add_init_script(f"({_RECORD})()")
    page.page.reload()
    page.wait_text("Proven", "#health")
    script = page.find("script[type=module]").get_attribute("src")
    name = f"/{script}".replace("main.js", "charts/price_chart.js")
    page.evaluate(_DRAW, [name, candles(), {"trades": trades, "lines": lines}])
    if of_trades is None:
        page.wait("labels", lambda: _number(page, "buy") == 40 and _number(page, "SELL") > 1)
    else:
        page.wait("labels", lambda: _labels(page, "buy") == of_trades and set(_labels(page, "SELL")) == set(of_lines))
    assert _overlaps(page) == []


def _texts(page: OpenPage) -> list[tuple[str, float, float, float]]:
    """Each with its left, its height and its width; one that was drawn twice at one place is one."""
    return list(dict.fromkeys(tuple(each) for each in page.evaluate("window.drawnTexts()")))


def _labels(page: OpenPage, word: str) -> list[str]:
    return [text for text, *_ in _texts(page) if word.lower() in text.lower()]


def _number(page: OpenPage, word: str) -> int:
    """How many all labels tell of."""
    return sum(int(text.split()[0]) if text[0].isdigit() else 1 for text in _labels(page, word))


def _overlaps(page: OpenPage, height: int = 12) -> list[tuple[str, str]]:
    """Labels of trades and lines that lie over each other or outside of the chart."""
    found = [each for each in _texts(page) if any(word in each[0].lower() for word in ("buy", "sell", "sold"))]
    box = page.find(".chart").bounding_box()
    assert box is not None
    outside = [
        (each[0], "the edge") for each in found if each[1] < box["x"] or each[1] + each[3] > box["x"] + box["width"]
    ]
    pairs = [(one, other) for number, one in enumerate(found) for other in found[number + 1 :]]
    return outside + [
        (one[0], other[0])
        for one, other in pairs
        if abs(one[2] - other[2]) < height and one[1] < other[1] + other[3] and other[1] < one[1] + one[3]
    ]
