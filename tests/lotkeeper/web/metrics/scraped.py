"""What a scrape has, by name and labels."""

from collections.abc import Mapping
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from actors.monitor.status import status_document
from lotkeeper.engine.inspection.tree import SeenActor
from lotkeeper.service.actor_report import ActorReport
from lotkeeper.service.process_usage import ProcessUsage
from lotkeeper.web.metrics.exposition import exposition
from tests.actors.monitor.reports import NOW_MS, view
from tests.lotkeeper.service.actors_seen import look


def scrape(status: Mapping[str, Any] | None, actors: Mapping[str, Any] | None = None) -> dict[tuple[str, ...], float]:
    """The samples by name and label values, in the order of the labels' names."""
    text, _ = exposition(status, actors, "")
    families = text_string_to_metric_families(text.decode())
    samples = (sample for family in families for sample in family.samples if family.name.startswith("lotkeeper_"))
    return {(sample.name, *(sample.labels[key] for key in sorted(sample.labels))): sample.value for sample in samples}


def status(**changes: Any) -> dict[str, Any]:
    return status_document(view(**changes), NOW_MS)


def actors_report(*actors: SeenActor) -> dict[str, Any]:
    """All actors of the look answer unless one is given."""
    return ActorReport(lambda _: ProcessUsage(9.0, 1.5, 12_000_000)).document(look(*actors))
