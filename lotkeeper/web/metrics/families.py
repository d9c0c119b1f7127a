"""Metrics as a table: name, what it says, and how its samples follow from a document. Names are those of Prometheus:
base units, `_total` for counters. Labels are pairs, quote assets, actors and the like, never ids of orders or lots.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

Json = Mapping[str, Any]
Labels = tuple[str, ...]
PREFIX = "lotkeeper_"


@dataclass(frozen=True, slots=True)
class Row:
    """A part of a document of which each metric of a table has one sample, such as a pair."""

    labels: Labels
    found: Json


@dataclass(frozen=True, slots=True)
class Family:
    """One metric. `value` gives the sample of a row; None for none, while it is not known."""

    name: str  # without the prefix, and without `_total`
    help: str
    value: Callable[[Json], object]
    is_counter: bool = False


def of_key(key: str) -> Callable[[Json], object]:
    """The value of this key."""
    return lambda found: found.get(key)


def counter(name: str, text: str, value: Callable[[Json], object] | None = None) -> Family:
    """One that only grows until its actor is started again. Without `value` it is the key of the name."""
    return Family(name, text, value or of_key(name), is_counter=True)


def gauge(name: str, text: str, value: Callable[[Json], object] | None = None) -> Family:
    """One that goes up and down. Without `value` it is the key of the name."""
    return Family(name, text, value or of_key(name))


def table(families: Iterable[Family], label_names: Sequence[str], rows: Sequence[Row]) -> Iterable[Metric]:
    """The metrics of a table; one without a sample has its name and its help all the same."""
    for family in families:
        metric = new_metric(family.name, family.help, label_names, is_counter=family.is_counter)
        for row in rows:
            value = as_number(family.value(row.found))
            if value is not None:
                metric.add_metric(row.labels, value)
        yield metric


def new_metric(
    name: str, text: str, label_names: Sequence[str] = (), *, is_counter: bool = False
) -> CounterMetricFamily | GaugeMetricFamily:
    kind = CounterMetricFamily if is_counter else GaugeMetricFamily
    return kind(f"{PREFIX}{name}", text, labels=label_names)


def one(name: str, text: str, value: float) -> Metric:
    """A gauge with one sample and no label."""
    metric = new_metric(name, text)
    metric.add_metric((), value)
    return metric


def as_number(value: object) -> float | None:
    """Of a number, of a truth value, and of a decimal in a text; None for nothing."""
    return None if value is None else float(value)  # type: ignore[arg-type]
