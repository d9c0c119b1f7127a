"""What is wrong with the service, as sentences, and the health that follows from it."""

from collections.abc import Iterator
from enum import StrEnum

from actors.guardian.halting import kill_switch_text
from actors.ledger.positions import iso
from actors.monitor.alert_fields import alert_problems
from actors.monitor.fee_fields import fee_reserve_problem
from actors.monitor.price_fields import price_problem
from actors.monitor.view import View
from lotkeeper.engine.supervision import LifeState
from lotkeeper.trading.book.holdings import COMPLETE_WITHIN_MS
from lotkeeper.trading.money import plain
from messages.health import EVERYTHING, GatewayReported, LedgerReported, PairReported, StreamReported
from messages.host_lease import HostLeaseReported

_START_WITHIN_MS = 30_000
_SILENT_AFTER_MS = 10_000  # every source but the keepers reports at least every few seconds
_PAIR_SILENT_AFTER_MS = 20_000  # a keeper with which nothing happens reports every eight seconds
_SILENT_AFTER_PAUSES = 2.5  # it is silent later where it said that its next report would take longer


class Health(StrEnum):
    STARTING = "starting"  # not every pair has been reconciled for the first time
    OK = "ok"
    DEGRADED = "degraded"  # something is wrong, or the start takes too long


def health(view: View, problems: list[str], now_ms: int) -> Health:
    """A start that takes too long is degraded, for example with a wrong key or an unreachable exchange."""
    if all(view.complete_as_of_ms(symbol) is not None for symbol in view.symbols):
        return Health.DEGRADED if problems else Health.OK
    return Health.STARTING if now_ms - view.started_ms <= _START_WITHIN_MS else Health.DEGRADED


def find_problems(view: View, now_ms: int) -> list[str]:
    """One sentence for each problem, those of the whole service before those of single pairs."""
    found = [
        _kill_switch_problem(view.gateway),
        _what_start_waits_for(view),
        *_child_problems(view),
        *(_stream_problem(view, symbol, now_ms) for symbol in ("", *view.symbols)),
        _report_problem("gateway", view.gateway, now_ms),
        _broker_problem(view.gateway),
        _report_problem("ledger", view.ledger, now_ms),
        *([] if view.host_lease is None else [_report_problem("host lease", view.host_lease, now_ms)]),
        fee_reserve_problem(view.fees),
        *alert_problems(view.alerts, view.started_ms, now_ms),
        *(_pair_problem(view, symbol, now_ms) for symbol in view.symbols),
        *(_incompleteness(view, symbol, now_ms) for symbol in view.symbols),
        *(_uncovered_problem(view.pairs.get(symbol)) for symbol in view.symbols),
        *(_fee_problem(view.pairs.get(symbol)) for symbol in view.symbols),
        *(_coins_problem(view, symbol) for symbol in view.symbols),
        *(price_problem(view.prices.get(symbol), now_ms) for symbol in view.symbols),
    ]
    return [problem for problem in found if problem]


def _what_start_waits_for(view: View) -> str:
    """Until every pair was reconciled: what the Gateway waits for."""
    report = view.gateway
    if report is None or all(view.complete_as_of_ms(symbol) is not None for symbol in view.symbols):
        return ""
    pause = next((each for each in report.pauses if each.what == EVERYTHING), None)
    if pause is not None:
        wait = "banned" if pause.is_ban else "asked to wait"
        return f"starting: {wait} until {iso(pause.until_ms)}: {pause.reason}"
    return f"starting: {report.trouble}" if report.trouble else ""


def find_unproven(view: View, now_ms: int) -> list[str]:
    """What keeps pairs from being proven complete at this moment, or lets what is known of them grow old.

    Empty means ready. What a person has halted or still has to decide is no part of it, nor what only costs money.
    """
    found = [
        _what_start_waits_for(view),
        *(f"{each.key}: {each.reason}" for each in view.children.values() if each.state == LifeState.GIVEN_UP),
        *(_stream_problem(view, symbol, now_ms) for symbol in ("", *view.symbols)),
        _report_problem("gateway", view.gateway, now_ms),
        _report_problem("ledger", view.ledger, now_ms),
        *(_pair_problem(view, symbol, now_ms) for symbol in view.symbols),
        *(_proof_problem(view, symbol, now_ms) for symbol in view.symbols),
        *(price_problem(view.prices.get(symbol), now_ms) for symbol in view.symbols),
    ]
    return [problem for problem in found if problem]


def why_not_proven(report: StreamReported) -> str:
    """What keeps a stream from being proven; empty while it is."""
    return report.reason or ("" if report.is_proven else str(report.state))


def _kill_switch_problem(report: GatewayReported | None) -> str:
    if report is None or not report.kill_switch.is_on:
        return ""
    return f"{kill_switch_text(report.kill_switch)}; lotkeeper kill-switch off ends it"


def _broker_problem(report: GatewayReported | None) -> str:
    broker = None if report is None else report.broker
    if broker is None or not broker.trouble:
        return ""
    return f"budget broker: {broker.trouble}; this service goes by its own count of requests"


def _child_problems(view: View) -> Iterator[str]:
    children = view.children.values()
    yield from (f"{child.key}: {child.reason}" for child in children if child.state == LifeState.GIVEN_UP)
    yield from (f"{child.key}: quarantined {text}" for child in children for text in child.quarantined)


def _stream_problem(view: View, symbol: str, now_ms: int) -> str:
    name = f"market stream {symbol}" if symbol else "user stream"
    report, received_ms = view.streams.get(symbol, (None, 0))
    if report is None:
        return _no_report(name)
    if now_ms - received_ms > _SILENT_AFTER_MS:
        return _no_report(name, now_ms - received_ms)
    return "" if report.is_proven else f"{name}: {why_not_proven(report)}"


def _pair_problem(view: View, symbol: str, now_ms: int) -> str:
    report = view.pairs.get(symbol)
    if report is None:
        return _no_report(symbol)
    silent_after_ms = max(_PAIR_SILENT_AFTER_MS, round(_SILENT_AFTER_PAUSES * report.next_in_s * 1000))
    if report.watch_only and now_ms - report.at_ms <= silent_after_ms:
        return f"{symbol}: watch-only: {report.watch_only}"
    return _report_problem(symbol, report, now_ms, silent_after_ms)


def _uncovered_problem(report: PairReported | None) -> str:
    """What was bought and has had no SELL for over a minute, whatever the reason."""
    found = None if report is None else report.uncovered
    if report is None or found is None:
        return ""
    lots = f"lot {found.lot}" if found.lots == 1 else f"{found.lots} lots, the first is {found.lot},"
    quantity = f"{plain(found.quantity)} {report.base} of {lots}"
    return f"{report.symbol}: {quantity} without a SELL for {found.for_s:.0f} s: {found.reason}; see: {found.command}"


def _fee_problem(report: PairReported | None) -> str:
    """SELLs that sell at a loss since the fee has risen; those that only earn less are no problem."""
    rise = None if report is None else report.fee_rise
    if report is None or rise is None or not rise.at_a_loss or report.sell_rate is None:
        return ""
    return f"{report.symbol}: {rise.sentence(report.sell_rate, report.symbol, report.quote)}"


def _report_problem(
    name: str,
    report: GatewayReported | LedgerReported | PairReported | HostLeaseReported | None,
    now_ms: int,
    silent_after_ms: int = _SILENT_AFTER_MS,
) -> str:
    if report is None:
        return _no_report(name)
    if now_ms - report.at_ms > silent_after_ms:
        return _no_report(name, now_ms - report.at_ms)
    return f"{name}: {report.trouble}" if report.trouble else ""


def _no_report(name: str, silent_ms: int | None = None) -> str:
    return f"{name}: no report yet" if silent_ms is None else f"{name}: no report for {silent_ms // 1000} s"


def _coins_problem(view: View, symbol: str) -> str:
    """Coins that came without a trade stand until a person has said what they are."""
    report = view.pairs.get(symbol)
    if report is None or not report.came:
        return ""
    coins = f"{plain(report.came)} {report.base} came without a trade, seen {iso(report.came_since_ms)}"
    adopt = f"lotkeeper adopt {symbol} --quantity {plain(report.came)} --cost COST"
    return f"{symbol}: {coins}; to have them sold: {adopt}; to keep them: lotkeeper dismiss {symbol}"


def _proof_problem(view: View, symbol: str, now_ms: int) -> str:
    """What happened while the user stream was down is known only once the pair was compared after that."""
    as_of_ms = view.complete_as_of_ms(symbol)
    if symbol not in view.pairs:
        return ""
    if as_of_ms is None:
        return f"{symbol}: not compared with the exchange since the start"
    stream, _ = view.streams.get("", (None, 0))
    is_older = stream is not None and stream.is_proven and as_of_ms < stream.since_ms
    before = f"{symbol}: not compared with the exchange since the user stream is proven" if is_older else ""
    return _incompleteness(view, symbol, now_ms) or before


def _incompleteness(view: View, symbol: str, now_ms: int) -> str:
    """Whatever the cause: a proof of this age proves nothing about now."""
    as_of_ms = view.complete_as_of_ms(symbol)
    if as_of_ms is None or now_ms - as_of_ms <= COMPLETE_WITHIN_MS:
        return ""
    return f"{symbol}: its trades are accounted for up to {(now_ms - as_of_ms) // 1000} s ago and not since"
