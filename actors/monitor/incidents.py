"""What goes wrong now, from the newest reports."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from actors.monitor.problems import why_not_proven
from actors.monitor.view import View
from lotkeeper.engine.supervision import LifeState
from lotkeeper.trading.book.holdings import COMPLETE_WITHIN_MS
from lotkeeper.trading.incidents import Incident
from lotkeeper.trading.reports.todo import Todo
from lotkeeper.trading.trouble_kinds import RULES, TroubleKind
from messages.health import ChildReported, StreamReported, StreamState

_SERVICE = "service"
_USER_STREAM = "user stream"
_MONITOR = "monitor"

# Found here by themselves: an order from its first moment on, and of a pair without SELLs one for all of its lots.
_BY_THEMSELVES = (TroubleKind.UNKNOWN_ORDER, TroubleKind.UNCOVERED)


def find_incidents(view: View, todo: list[Todo], now_ms: int) -> list[Incident]:
    """What goes wrong now, without restarts of actors; of a kind and a subject one, the first. `todo` has moments."""
    found = [
        *_of_todo(todo, now_ms),
        *_of_streams(view),
        *_of_service(view, now_ms),
        *(each for symbol in view.symbols for each in _of_pair(view, symbol)),
        *_of_stale_pairs(view, now_ms),
    ]
    return list({each.key: each for each in reversed(found)}.values())[::-1]


def _of_todo(todo: list[Todo], now_ms: int) -> Iterator[Incident]:
    """What needs a person is an incident, too, where its kind says so: a person wanted a pause."""
    for each in todo:
        if RULES[each.kind].incident and each.kind not in _BY_THEMSELVES:
            subject = each.order or each.lot or each.pair or each.actor or _SERVICE
            yield Incident(each.kind, subject, each.since_ms or now_ms, each.text, each.pair)


def _of_streams(view: View) -> Iterator[Incident]:
    """Of the account, and of the connections that the pairs share."""
    user_stream, _ = view.streams.get("", (None, 0))
    if user_stream is not None:
        yield from _of_stream(user_stream, _USER_STREAM)
    for message, _ in view.market_streams.values():
        yield from _of_stream(message.stream, message.stream.symbol)


def _of_stream(report: StreamReported, name: str) -> Iterator[Incident]:
    """One that is only starting is none."""
    if report.state is StreamState.DOWN:
        yield Incident(TroubleKind.STREAM_LOST, name, report.since_ms, why_not_proven(report))


def _of_service(view: View, now_ms: int) -> Iterator[Incident]:
    for pause in view.gateway.pauses if view.gateway is not None else ():
        yield Incident(TroubleKind.BUDGET, f"{_SERVICE} {pause.what}", now_ms, pause.reason)
    if view.host_lease is not None and view.host_lease.trouble:
        yield Incident(TroubleKind.LEASE_AT_RISK, _SERVICE, now_ms, view.host_lease.trouble)


def _of_pair(view: View, symbol: str) -> Iterator[Incident]:
    report = view.pairs.get(symbol)
    if report is None:
        return
    for each in report.unresolved:
        text = f"{each.what}: {each.evidence}"
        yield Incident(TroubleKind.UNKNOWN_ORDER, each.order, each.since_ms, text, symbol)
    if report.uncovered is not None:
        since_ms = report.at_ms - round(report.uncovered.for_s * 1000)
        text = f"{report.uncovered.lots} lots, the first is {report.uncovered.lot}: {report.uncovered.reason}"
        yield Incident(TroubleKind.UNCOVERED, symbol, since_ms, text, symbol)


def _of_stale_pairs(view: View, now_ms: int) -> Iterator[Incident]:
    """A pair that was never compared is only starting."""
    for symbol in view.symbols:
        as_of_ms = view.complete_as_of_ms(symbol)
        if as_of_ms is not None and now_ms - as_of_ms > COMPLETE_WITHIN_MS:
            text = "its trades are accounted for up to that moment, and not since"
            yield Incident(TroubleKind.PAIR_STALE, symbol, as_of_ms, text, symbol)


@dataclass(slots=True)
class Restarts:
    """Which actors have ended and do not run yet, and which were started again since their last report."""

    _counts: dict[str, int] = field(default_factory=dict)  # by the actor's name
    _open: dict[str, Incident] = field(default_factory=dict)  # likewise

    def note(self, report: ChildReported, now_ms: int) -> Incident | None:
        """A restart that came and went without a report in between.

        A new Monitor does not know when the others were started again; of itself it does.
        """
        before = self._counts.get(report.key, 0 if report.key == _MONITOR else report.restarts)
        self._counts[report.key] = report.restarts
        known = self._open.pop(report.key, None)
        found = Incident(TroubleKind.ACTOR_RESTARTED, report.key, now_ms, report.reason)
        if report.state == LifeState.LOST and report.reason:  # without a reason it was never started
            self._open[report.key] = known or found
            return None
        return found if known is None and report.restarts > before else None

    def open(self) -> list[Incident]:
        """Those of actors that do not run."""
        return list(self._open.values())
