"""What needs a person, from the newest reports: the one list for the command, the status and alerts."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from actors.guardian.halting import kill_switch_text
from actors.ledger.positions import iso
from actors.monitor.alert_fields import alerts_todo
from actors.monitor.fee_fields import fee_reserve_problem
from actors.monitor.view import View
from lotkeeper.engine.supervision import LifeState
from lotkeeper.trading.halts import utc
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import ZERO, less, plain
from lotkeeper.trading.reports.todo import Todo, in_order
from lotkeeper.trading.trouble_kinds import TroubleKind, command_for
from messages.fees import FeeReserveReported
from messages.health import GatewayReported, PairReported, UnresolvedOrder, WaitingLot

_UNKNOWN_FOR_MS = 60_000  # before that it is asked about, and settles by itself nearly always
_CLOCK_OFF_MS = 2_000


def find_todo(view: View, now_ms: int) -> list[Todo]:
    """The most urgent first. Pure: it remembers nothing, so that the moment of some is not known."""
    pairs = [view.pairs[symbol] for symbol in view.symbols if symbol in view.pairs]
    found = [*_of_gateway(view.gateway), *_of_others(view), *_of_fees(view.fees, view)]
    found += alerts_todo(view.alerts, view.started_ms, now_ms)
    found += [each for pair in pairs for each in _of_pair(pair, now_ms)]
    found += [each for pair in pairs for each in _of_plans(view.gateway, pair)]
    return in_order(found)


def todo_fields(found: list[Todo]) -> list[dict[str, Any]]:
    """As plain JSON values."""
    return [
        {
            "kind": str(each.kind),
            "since": None if each.since_ms is None else iso(each.since_ms),
            "pair": each.pair or None,
            "lot": each.lot or None,
            "client_order_id": each.order or None,
            "actor": each.actor or None,
            "text": each.text,
            "command": each.command,
        }
        for each in found
    ]


class FirstSeen:
    """Since when something needs a person, where the reports do not say it: since it was seen here first."""

    def __init__(self) -> None:
        self._seen_ms: dict[tuple[Any, ...], int] = {}  # by what it is about (wall clock)

    def dated(self, found: list[Todo], now_ms: int) -> list[Todo]:
        """The same with a moment each; what is not among them is over."""
        self._seen_ms = {each.key: self._seen_ms.get(each.key, now_ms) for each in found}
        dated = [replace(each, since_ms=each.since_ms or self._seen_ms[each.key]) for each in found]
        return in_order(dated)


# The whole service


def _of_gateway(report: GatewayReported | None) -> Iterator[Todo]:
    if report is None:
        return
    switch = report.kill_switch
    if switch.is_on:
        text = kill_switch_text(switch)
        yield Todo(TroubleKind.KILL_SWITCH, text, command_for(TroubleKind.KILL_SWITCH), since_ms=switch.at_ms)
    if report.needs_a_person:
        yield Todo(TroubleKind.GATEWAY, report.trouble, command_for(TroubleKind.GATEWAY))
    elif report.route is not None and report.route.needs_a_person:
        text = f"the WebSocket API cannot be used: {report.route.failure}"
        yield Todo(TroubleKind.GATEWAY, text, command_for(TroubleKind.GATEWAY), since_ms=report.route.since_ms)
    if abs(report.clock_ahead_ms) >= _CLOCK_OFF_MS:
        way = "ahead of" if report.clock_ahead_ms > 0 else "behind"
        text = f"this machine's clock is {abs(report.clock_ahead_ms) / 1000:.1f} s {way} the exchange's"
        text += ": all times in logs and status are wrong"
        yield Todo(TroubleKind.CLOCK, text, command_for(TroubleKind.CLOCK))


def _of_others(view: View) -> Iterator[Todo]:
    stream, _ = view.streams.get("", (None, 0))
    if stream is not None and stream.is_loud:
        text = f"user stream: {stream.reason or stream.state}"
        yield Todo(TroubleKind.USER_STREAM, text, command_for(TroubleKind.USER_STREAM), since_ms=stream.since_ms)
    if view.ledger is not None and view.ledger.trouble:
        yield Todo(TroubleKind.DATABASE, view.ledger.trouble, command_for(TroubleKind.DATABASE))
    for child in view.children.values():
        if child.state == LifeState.GIVEN_UP:
            text = f"{child.key} ends again and again, see the log: {child.reason}"
            yield Todo(TroubleKind.GIVEN_UP, text, command_for(TroubleKind.GIVEN_UP), actor=child.key)
        for message in child.quarantined:
            text = f"{child.key} does not handle a message that ended it twice: {message}"
            yield Todo(TroubleKind.QUARANTINED, text, command_for(TroubleKind.QUARANTINED), actor=child.key)


def _of_fees(report: FeeReserveReported | None, view: View) -> Iterator[Todo]:
    text = fee_reserve_problem(report)
    if report is None or report.reserve is None or not text:
        return
    pair = next((symbol for symbol in view.symbols if symbol.startswith("BNB")), "")
    lacking = plain(max(ZERO, less(report.reserve.keep_at_least, report.reserve.free)))
    buys = command_for(TroubleKind.BNB_LOW, pair=pair, quantity=lacking)
    command = buys if pair and not report.buys else "lotkeeper status"
    yield Todo(TroubleKind.BNB_LOW, text, command)


def _of_plans(report: GatewayReported | None, pair: PairReported) -> Iterator[Todo]:
    """A coin at risk matters where lots have it; a pair that will go, also before the next BUY."""
    if report is None:
        return
    command = command_for(TroubleKind.DELISTING, pair=pair.symbol)
    at_ms = dict(report.delistings).get(pair.symbol)
    if at_ms is not None:
        text = f"the exchange delists {pair.symbol} at {utc(at_ms)}: what is not sold by then has no SELL any more"
        yield Todo(TroubleKind.DELISTING, text, command, pair.symbol)
    elif pair.base in report.at_risk and pair.lots_open:
        text = f"the exchange has put {pair.base} under observation (Monitoring), and may delist {pair.symbol}"
        yield Todo(TroubleKind.DELISTING, text, command, pair.symbol)


# One pair


def _of_pair(pair: PairReported, now_ms: int) -> Iterator[Todo]:
    yield from (_with_coins(each, pair) for each in pair.todo)
    yield from _of_pause(pair)
    yield from _of_unresolved(pair, now_ms)
    held = [_held(pair, each) for each in pair.waiting if each.state == LotState.HELD and each.needs_a_person]
    yield from held
    yield from _of_uncovered(pair, {each.lot for each in held})
    yield from _of_coins(pair)
    if pair.fee_rise is not None and pair.fee_rise.at_a_loss and pair.sell_rate is not None:
        text = pair.fee_rise.sentence(pair.sell_rate, pair.symbol, pair.quote)
        yield Todo(TroubleKind.FEE_RISE, text, command_for(TroubleKind.FEE_RISE, pair=pair.symbol), pair.symbol)


def _of_pause(pair: PairReported) -> Iterator[Todo]:
    """One that ends by itself needs nobody."""
    if not pair.is_paused or pair.pause.until_ms is not None:
        return
    since = f" since {utc(pair.pause.at_ms)}" if pair.pause.at_ms else ""
    by = f" by {pair.pause.who}" if pair.pause.who else ""
    why = f" ({pair.pause.why})" if pair.pause.why else ""
    text = f"{pair.symbol} is paused{since}{by}{why}: what is bought gets no SELL"
    command = command_for(TroubleKind.PAUSED, pair=pair.symbol)
    yield Todo(TroubleKind.PAUSED, text, command, pair.symbol, since_ms=pair.pause.at_ms or None)


def _of_unresolved(pair: PairReported, now_ms: int) -> Iterator[Todo]:
    for each in pair.unresolved:
        if now_ms - each.since_ms >= _UNKNOWN_FOR_MS:
            yield _unresolved(pair, each)


def _unresolved(pair: PairReported, order: UnresolvedOrder) -> Todo:
    text = f"what became of {order.what} {order.order} is not known: {order.evidence}; the exchange is asked on"
    return Todo(
        TroubleKind.UNKNOWN_ORDER,
        text,
        command_for(TroubleKind.UNKNOWN_ORDER, order=order.order),
        pair.symbol,
        order.lot,
        order.order,
        since_ms=order.since_ms,
    )


def _held(pair: PairReported, lot: WaitingLot) -> Todo:
    text = f"{plain(lot.quantity)} {pair.base} of lot {lot.lot} is not sold: {lot.reason}"
    return Todo(TroubleKind.HELD, text, command_for(TroubleKind.HELD, pair=pair.symbol), pair.symbol, lot.lot)


def _of_uncovered(pair: PairReported, named: set[str]) -> Iterator[Todo]:
    found = pair.uncovered
    if found is None or found.lot in named:
        return
    more = f" and of {found.lots - 1} more" if found.lots > 1 else ""
    text = f"{plain(found.quantity)} {pair.base} of lot {found.lot}{more} has no SELL: {found.reason}"
    since_ms = pair.at_ms - round(found.for_s * 1000)
    yield Todo(TroubleKind.UNCOVERED, text, found.command, pair.symbol, found.lot, since_ms=since_ms)


def _with_coins(todo: Todo, pair: PairReported) -> Todo:
    """The coins that came are most likely those of the trade that cannot be read."""
    if todo.kind is not TroubleKind.UNREADABLE or not pair.came:
        return todo
    return replace(todo, command=command_for(todo.kind, pair=pair.symbol, quantity=plain(pair.came)))


def _of_coins(pair: PairReported) -> Iterator[Todo]:
    """Beside a trade that cannot be read it is not known whether they came without one."""
    if not pair.came or any(each.kind is TroubleKind.UNREADABLE for each in pair.todo):
        return
    quantity = plain(pair.came)
    keep = f"to leave it so: lotkeeper dismiss {pair.symbol}"
    text = f"{quantity} {pair.base} came without a trade, and is not sold; {keep}"
    command = command_for(TroubleKind.COINS_CAME, pair=pair.symbol, quantity=quantity)
    yield Todo(TroubleKind.COINS_CAME, text, command, pair.symbol, since_ms=pair.came_since_ms)
