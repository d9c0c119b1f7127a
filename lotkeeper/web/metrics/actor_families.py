"""Metrics of the actors: whether they answer, restarts, mailboxes, processor time and memory."""

from collections import Counter
from collections.abc import Collection, Iterator

from prometheus_client.metrics_core import Metric

from lotkeeper.web.metrics.families import Json, Row, counter, gauge, new_metric, table

_ANSWERS = frozenset({"idle", "busy"})
_LABELS = ("actor", "pair")
_KEEPER = " keeper"  # of a pair, after its symbol
_ACTORS = (
    gauge("actor_up", "Whether the actor answers.", lambda actor: actor["state"] in _ANSWERS),
    gauge("actor_age_seconds", "How old the actor's process is.", lambda actor: actor["age_seconds"]),
    counter("actor_restarts", "How often the actor was started again.", lambda actor: actor["restarts"]),
    counter("actor_handled", "Messages, wake-ups and ready sockets that were handled.", lambda actor: actor["handled"]),
    gauge("actor_mailbox_messages", "Messages that wait for the actor.", lambda actor: actor["mailbox"]),
    gauge(
        "actor_mailbox_oldest_seconds", "For how long the oldest of them waits.", lambda actor: actor["oldest_seconds"]
    ),
    counter("actor_cpu_seconds", "Processor time of the actor's process.", lambda actor: actor["cpu_seconds"]),
    gauge("actor_memory_bytes", "Proportional set size of the actor's process.", lambda actor: actor["pss_bytes"]),
)


def actor_families(report: Json, symbols: Collection[str]) -> Iterator[Metric]:
    """From the report of `lotkeeper top`; `symbols` are the configured pairs."""
    rows = [Row(_labels(each["name"], symbols), each) for each in report["actors"]]
    yield from table(_ACTORS, _LABELS, rows)
    yield _dead_letters(report)


def _labels(name: str, symbols: Collection[str]) -> tuple[str, str]:
    """Of what is there once for each pair the label does not name it."""
    if name in symbols:
        return "pair_supervisor", name
    if name.endswith(_KEEPER) and name.removesuffix(_KEEPER) in symbols:
        return "pair_keeper", name.removesuffix(_KEEPER)
    return name.replace(" ", "_"), ""


def _dead_letters(report: Json) -> Metric:
    metric = new_metric(
        "dead_letters", "Messages that their receiver did not live to handle, by type.", ("message",), is_counter=True
    )
    counts: Counter[str] = Counter(report["dead_letters"]["counts"])
    for message, count in sorted(counts.items()):
        metric.add_metric((message,), count)
    return metric
