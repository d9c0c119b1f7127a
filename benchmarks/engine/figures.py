"""Quantiles, and tables of them."""

from collections.abc import Sequence


def quantile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def milliseconds(values: Sequence[float]) -> dict[str, float]:
    """p50, p99 and the most, in ms."""
    return {"p50": quantile(values, 0.5) * 1e3, "p99": quantile(values, 0.99) * 1e3, "most": max(values) * 1e3}


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [f"| {title} | {' | '.join(columns)} |", f"|{'---|' * (len(columns) + 1)}"]
    lines += [f"| {' | '.join(_cell(each) for each in row)} |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}" if value < 10 else f"{value:,.0f}"
    return str(value)
