"""What goes wrong now, from the newest reports."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from actors.monitor.problems import why_not_proven
from actors.monitor.view import View
from lotkeeper.engine.supervision import LifeState
from lotkeeper.trading.book.holdings import COMPLETE_WITHIN_MS
from lotkeeper.trading.incidents import Incident, IncidentKind
from lotkeeper.trading.reports.todo import Todo, TodoKind
from messages.health import ChildReported, StreamReported, StreamState

_SERVICE = "service"
_USER_STREAM = "user stream"
_MONITOR = "monitor"

# What needs a person is an incident, too. That of a pause is none: a person wanted it.
_OF_TODO = {
    TodoKind.KILL_SWITCH: IncidentKind.KILL_SWITCH,
    TodoKind.GATEWAY: IncidentKind.SENDING_BLOCKED,
    TodoKind.USER_STREAM: IncidentKind.STREAM_UNUSABLE,
    TodoKind.DATABASE: IncidentKind.DATABASE_AWAY,
    TodoKind.QUARANTINED: IncidentKind.MESSAGE_QUARANTINED,
    TodoKind.GIVEN_UP: IncidentKind.ACTOR_GIVEN_UP,
    TodoKind.CLOCK: IncidentKind.CLOCK_OFF,
    TodoKind.NOT_LISTED: IncidentKind.PAIR_NOT_LISTED,
    TodoKind.DELISTING: IncidentKind.PAIR_DELISTING,
    TodoKind.WATCH_ONLY: IncidentKind.PAIR_UNPROVEN,
    TodoKind.REFUSED: IncidentKind.SELLS_REFUSED,
    TodoKind.HELD: IncidentKind.LOT_HELD,
    TodoKind.UNREADABLE: IncidentKind.TRADE_UNREADABLE,
    TodoKind.COINS_CAME: IncidentKind.COINS_CAME,
    TodoKind.STRANGE_STATUS: IncidentKind.ORDER_STRANGE,
    TodoKind.FEE_RISE: IncidentKind.FEE_RISE,
    TodoKind.BNB_LOW: IncidentKind.FEES_LOW,
}


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
    for each in todo:
        kind = _OF_TODO.get(each.kind)
        if kind is not None:
            subject = each.order or each.lot or each.pair or each.actor or _SERVICE
            yield Incident(kind, subject, each.since_ms or now_ms, each.text, each.pair)


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
        yield Incident(IncidentKind.STREAM_LOST, name, report.since_ms, why_not_proven(report))


def _of_service(view: View, now_ms: int) -> Iterator[Incident]:
    for pause in view.gateway.pauses if view.gateway is not None else ():
        yield Incident(IncidentKind.EXCHANGE_PAUSE, f"{_SERVICE} {pause.what}", now_ms, pause.reason)
    if view.host_lease is not None and view.host_lease.trouble:
        yield Incident(IncidentKind.LEASE_AT_RISK, _SERVICE, now_ms, view.host_lease.trouble)


def _of_pair(view: View, symbol: str) -> Iterator[Incident]:
    report = view.pairs.get(symbol)
    if report is None:
        return
    for each in report.unresolved:
        text = f"{each.what}: {each.evidence}"
        yield Incident(IncidentKind.ORDER_UNKNOWN, each.order, each.since_ms, text, symbol)
    if report.uncovered is not None:
        since_ms = report.at_ms - round(report.uncovered.for_s * 1000)
        text = f"{report.uncovered.lots} lots, the first is {report.uncovered.lot}: {report.uncovered.reason}"
        yield Incident(IncidentKind.LOT_UNPROTECTED, symbol, since_ms, text, symbol)


def _of_stale_pairs(view: View, now_ms: int) -> Iterator[Incident]:
    """A pair that was never compared is only starting."""
    for symbol in view.symbols:
        as_of_ms = view.complete_as_of_ms(symbol)
        if as_of_ms is not None and now_ms - as_of_ms > COMPLETE_WITHIN_MS:
            text = "its trades are accounted for up to that moment, and not since"
            yield Incident(IncidentKind.PAIR_STALE, symbol, as_of_ms, text, symbol)


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
        found = Incident(IncidentKind.ACTOR_RESTARTED, report.key, now_ms, report.reason)
        if report.state == LifeState.LOST and report.reason:  # without a reason it was never started
            self._open[report.key] = known or found
            return None
        return found if known is None and report.restarts > before else None

    def open(self) -> list[Incident]:
        """Those of actors that do not run."""
        return list(self._open.values())
