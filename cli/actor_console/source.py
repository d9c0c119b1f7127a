"""Asks the running service for its actors, and attaches again after it has ended."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from lotkeeper.service.client import connect
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from lotkeeper.engine.service import AttachedSystem

_ANSWER_WITHIN_S = 1.0  # who does not answer in that time is shown as stuck
_MEASURE_S = 10.0  # handlers are measured for so long after a look, or until after the next one


@dataclass(frozen=True, slots=True)
class Glance:
    """What one look has brought."""

    report: dict[str, Any] | None  # None: the service could not be asked
    trouble: str = ""  # why not


class ActorSource(Protocol):
    """Where the console has its reports from."""

    def glance(self, every_s: float) -> Glance:
        """The actors now; blocks up to some seconds. The next look comes after `every_s`."""

    def close(self) -> None:
        """Ends it."""


class ServiceSource:
    """The service of a configuration. It may stop and start meanwhile; rates need two looks at the same process."""

    def __init__(self, config: "Config") -> None:
        self._config = config
        self._every_s = 0.0
        self._reports: Generator[dict[str, Any]] | None = None

    def glance(self, every_s: float) -> Glance:
        """As `ActorSource.glance`."""
        self._every_s = every_s
        self._reports = self._reports or self._until_it_ends()
        try:
            return Glance(next(self._reports))
        except ServiceError as error:
            self._reports = None
            return Glance(None, str(error))

    def close(self) -> None:
        """Ends the attachment; the service goes on."""
        if self._reports is not None:
            self._reports.close()

    def _until_it_ends(self) -> "Generator[dict[str, Any]]":
        """Raises as `connect`."""
        with connect(self._config) as system:
            yield from actor_reports(system, lambda: self._every_s)


def actor_reports(system: "AttachedSystem", every_s: Callable[[], float]) -> "Generator[dict[str, Any]]":
    """A report of each look. The first one has no rates. Raises as `AttachedSystem.ask`."""
    from lotkeeper.engine.inspection.tree import look
    from lotkeeper.service.actor_report import ActorReport

    report = ActorReport()
    while True:
        measure_s = max(_MEASURE_S, every_s() + _ANSWER_WITHIN_S)
        yield report.document(look(system, measure_s, _ANSWER_WITHIN_S))
