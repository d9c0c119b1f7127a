"""What an exchange's journal tells of a fleet: refusals of its address, and what became of the BUYs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lotkeeper.verification.drill.figures import BuyRecord, read_buys
from lotkeeper.verification.judge.journal_reader import JournalLine, read_lines
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.verdict import Expectations


@dataclass(frozen=True, slots=True)
class FleetFigures:
    """Of one run."""

    refusals: Counter[int] = field(default_factory=Counter)  # by status: 429 and 418
    buys: tuple[BuyRecord, ...] = ()
    violations: tuple[str, ...] = ()  # of the promise, by the judge
    most_weight: int = 0  # that the exchange has counted in a minute, of accepted requests

    @property
    def waits_s(self) -> list[float]:
        """From the fill of a BUY to the request for its SELL."""
        return [each.waited_s for each in self.buys if each.waited_s is not None]

    @property
    def unsold(self) -> int:
        """BUYs without a SELL."""
        return sum(each.waited_s is None for each in self.buys)


def read_figures(journal: Path, from_ns: int = 0) -> FleetFigures:
    """BUYs count from `from_ns` on (since 1970); the journal has to be complete."""
    verdict = judge(journal, Expectations())
    return FleetFigures(
        _refusals(read_lines(journal)),
        tuple(each for each in read_buys(read_lines(journal)) if each.filled_ns >= from_ns),
        tuple(str(each) for each in verdict.violations),
        max(_weights(read_lines(journal)), default=0),
    )


def _refusals(lines: Iterable[JournalLine]) -> Counter[int]:
    found = (_status(line) for line in lines if line.kind in ("reply", "refused"))
    return Counter(status for status in found if status in (418, 429))


def _status(line: JournalLine) -> int:
    """Of a reply by REST, over the WebSocket API, or of a refused connection."""
    body = line.fields.get("body")
    status = line.fields.get("status", body.get("status") if isinstance(body, dict) else 0)
    return status if isinstance(status, int) else 0


def _weights(lines: Iterable[JournalLine]) -> Iterable[int]:
    """What the exchange has counted, as replies over the WebSocket API tell."""
    for line in lines:
        body = line.fields.get("body") if line.kind == "reply" else None
        rows = body.get("rateLimits", ()) if isinstance(body, dict) and body.get("status") == 200 else ()
        yield from (row.get("count", 0) for row in rows if row["rateLimitType"] == "REQUEST_WEIGHT")
