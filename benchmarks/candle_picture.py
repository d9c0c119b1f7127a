"""A picture (SVG) of a price with the sales of several ways of selling, each on a chart of its own."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT, GAP, LEFT = 760, 110, 34, 64
_STYLE = "font-family='sans-serif' font-size='12' fill='#555'"


class Sale(NamedTuple):
    at_ms: int
    price: float  # quote


def draw_picture(line: Sequence[Sale], sales: Mapping[str, Sequence[Sale]]) -> str:
    """One chart for each name: the price as a line, each sale as a dot."""
    lowest, highest = min(each.price for each in line), max(each.price for each in line)
    charts = [
        f"<g transform='translate({LEFT},{GAP + at * (HEIGHT + GAP)})'>{_chart(line, name, found, lowest, highest)}</g>"
        for at, (name, found) in enumerate(sales.items())
    ]
    height = GAP + len(charts) * (HEIGHT + GAP)
    body = "\n".join(charts)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {LEFT + WIDTH + 20} {height}'>"
        f"<rect width='100%' height='100%' fill='#fff'/>\n{body}\n</svg>\n"
    )


def _chart(line: Sequence[Sale], name: str, sales: Sequence[Sale], lowest: float, highest: float) -> str:
    first, last = line[0].at_ms, line[-1].at_ms

    def place(point: Sale) -> tuple[float, float]:
        across = (point.at_ms - first) / (last - first) * WIDTH
        return across, HEIGHT - (point.price - lowest) / (highest - lowest) * HEIGHT

    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, line))
    dots = "".join(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='#0a7d4f'/>" for x, y in map(place, sales))
    days = "".join(
        f"<text x='{x}' y='{HEIGHT + 15}' text-anchor='{anchor}' {_STYLE}>{_day(at_ms)}</text>"
        for x, anchor, at_ms in ((0, "start", first), (WIDTH, "end", last))
    )
    return (
        f"<text y='-8' {_STYLE} font-weight='bold'>{escape(name)}</text>"
        f"<text x='-8' y='10' text-anchor='end' {_STYLE}>{highest:,.0f}</text>"
        f"<text x='-8' y='{HEIGHT}' text-anchor='end' {_STYLE}>{lowest:,.0f}</text>"
        f"<polyline points='{points}' fill='none' stroke='#9aa' stroke-width='1'/>{dots}{days}"
    )


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()
