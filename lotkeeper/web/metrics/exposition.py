"""The text of a scrape."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from lotkeeper.web.metrics.actor_families import actor_families
from lotkeeper.web.metrics.families import Json, one
from lotkeeper.web.metrics.pair_families import pair_families
from lotkeeper.web.metrics.service_families import service_families


class ServiceCollector(Collector):
    """The metrics of one moment. Without a status only that the service does not answer."""

    def __init__(self, status: Json | None, actors: Json | None) -> None:
        self._status, self._actors = status, actors

    def collect(self) -> Iterator[Metric]:
        yield one("up", "Whether the service answers.", self._status is not None)
        if self._status is None:
            yield one("ready", "Whether every pair is proven complete and nothing of it is old.", 0)
            return
        yield from service_families(self._status)
        yield from pair_families(self._status)
        if self._actors is not None:
            yield from actor_families(self._actors, self._status["pairs"].keys())


def exposition(status: Json | None, actors: Json | None, accept: str) -> tuple[bytes, str]:
    """The text and its content type, in the format that the scraper accepts: Prometheus' own, or OpenMetrics.

    What is named `process_` is of the process of the HTTP server.
    """
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(ServiceCollector(status, actors))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type
