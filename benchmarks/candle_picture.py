"""A picture (SVG) of a price with the sales and the stops of several ways of selling, each on a chart of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT, GAP, LEFT = 760, 110, 34, 64
_SOLD, _BY_STOP = "#0a7d4f", "#b3261e"
_BREAK_MS = 4 * 3_600_000
_STYLE = "font-family='sans-serif' font-size='12' fill='#555'"


class Sale(NamedTuple):
    at_ms: int
    price: float  # quote
    is_by_stop: bool = False


@dataclass
class Drawn:
    """What one way of selling did."""

    sales: list[Sale] = field(default_factory=list)
    stops: list[Sale] = field(default_factory=list)  # the highest stop at a moment; none where none stood


def draw_picture(line: Sequence[Sale], found: Mapping[str, Drawn]) -> str:
    """One chart for each name: the price as a line, the highest stop as a dashed one, each sale as a dot."""
    lowest, highest = min(each.price for each in line), max(each.price for each in line)
    charts = [
        f"<g transform='translate({LEFT},{GAP + at * (HEIGHT + GAP)})'>{_chart(line, name, each, lowest, highest)}</g>"
        for at, (name, each) in enumerate(found.items())
    ]
    height = GAP + len(charts) * (HEIGHT + GAP)
    body = "\n".join(charts)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {LEFT + WIDTH + 20} {height}'>"
        f"<rect width='100%' height='100%' fill='#fff'/>\n{body}\n</svg>\n"
    )


def _chart(line: Sequence[Sale], name: str, found: Drawn, lowest: float, highest: float) -> str:
    first, last = line[0].at_ms, line[-1].at_ms

    def place(point: Sale) -> tuple[float, float]:
        across = (point.at_ms - first) / (last - first) * WIDTH
        price = min(max(point.price, lowest), highest)
        return across, HEIGHT - (price - lowest) / (highest - lowest) * HEIGHT

    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, line))
    dots = "".join(_dot(*place(sale), is_by_stop=sale.is_by_stop) for sale in found.sales)
    stops = "".join(_stop_line([place(point) for point in part]) for part in _parts(found.stops))
    days = "".join(
        f"<text x='{x}' y='{HEIGHT + 15}' text-anchor='{anchor}' {_STYLE}>{_day(at_ms)}</text>"
        for x, anchor, at_ms in ((0, "start", first), (WIDTH, "end", last))
    )
    return (
        f"<text y='-8' {_STYLE} font-weight='bold'>{escape(name)}</text>"
        f"<text x='-8' y='10' text-anchor='end' {_STYLE}>{highest:,.0f}</text>"
        f"<text x='-8' y='{HEIGHT}' text-anchor='end' {_STYLE}>{lowest:,.0f}</text>"
        f"<polyline points='{points}' fill='none' stroke='#9aa' stroke-width='1'/>{stops}{dots}{days}"
    )


def _dot(x: float, y: float, *, is_by_stop: bool) -> str:
    return f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{_BY_STOP if is_by_stop else _SOLD}'/>"


def _stop_line(places: Sequence[tuple[float, float]]) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f"<polyline points='{points}' fill='none' stroke='{_BY_STOP}' stroke-width='1' stroke-dasharray='3,2'/>"


def _parts(stops: Sequence[Sale]) -> Iterator[list[Sale]]:
    """What stood without a break of more than the usual time between two points."""
    part: list[Sale] = []
    for point in stops:
        if part and point.at_ms - part[-1].at_ms > _BREAK_MS:
            yield part
            part = []
        part.append(point)
    if part:
        yield part


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()
