"""The causes of alerts, from the newest reports: what needs a person, and what the pairs lack of being proven."""

from collections.abc import Iterator
from dataclasses import replace

from actors.ledger.positions import iso
from actors.monitor.problems import find_unproven
from actors.monitor.restart_watch import RestartWatch
from actors.monitor.view import View
from lotkeeper.trading.alerts.causes import Cause, cause_of
from lotkeeper.trading.money import plain
from lotkeeper.trading.reports.todo import Todo
from lotkeeper.trading.trouble_kinds import Severity, TroubleKind, command_for
from messages.alerts import CausesFound, PairSales
from messages.health import ExchangePause, GatewayReported, LimitUse, PairReported

_MOST_UNPROVEN = 20  # reasons that a heartbeat could name
_DAY_S = 86_400
_MUCH = 0.9  # of a limit of a day


def find_causes(
    view: View, todo: list[Todo], restarts: RestartWatch, held_longer_than_ms: int, now_ms: int
) -> CausesFound:
    """All that is told, as far as it is so now. `held_longer_than_ms` is an age of lots; 0: none is told of."""
    unproven = find_unproven(view, now_ms)
    found = [
        *map(cause_of, todo),
        *(_degraded(view, todo, now_ms) if unproven else ()),
        *restarts.causes(now_ms),
        *_of_budget(view.gateway),
        *(_long_held(each, held_longer_than_ms, now_ms) for each in view.pairs.values()),
    ]
    causes = tuple(each for each in found if each is not None)
    return CausesFound(now_ms, causes, tuple(unproven[:_MOST_UNPROVEN]), tuple(_sales(view)))


def _degraded(view: View, todo: list[Todo], now_ms: int) -> Iterator[Cause]:
    """One for what all pairs share, and one for each pair. What is told by another cause is not told twice."""
    told = [each.text for each in todo]
    shared = find_unproven(replace(view, symbols=(), children={}), now_ms)
    new = [each for each in shared if not _is_told(each, told)]
    if new:
        yield Cause(TroubleKind.DEGRADED, "", "; ".join(new), command_for(TroubleKind.DEGRADED))
    for symbol in view.symbols:
        of_pair = find_unproven(replace(view, symbols=(symbol,), children={}), now_ms)
        own = [each for each in of_pair if each not in shared and not _is_told(each, told)]
        if own and symbol not in {each.pair for each in todo if str(each.kind) in _SAYS_MORE}:
            yield Cause(TroubleKind.DEGRADED, symbol, "; ".join(own), command_for(TroubleKind.DEGRADED))


# Of a pair with one of these a person knows already why it is not proven.
_SAYS_MORE = {TroubleKind.WATCH_ONLY, TroubleKind.NOT_LISTED}


def _is_told(reason: str, told: list[str]) -> bool:
    return any(text in reason for text in told if text)


def _of_budget(report: GatewayReported | None) -> Iterator[Cause]:
    if report is None:
        return
    for pause in report.pauses:
        yield _pause(pause)
    for use in report.limits:
        if use.seconds >= _DAY_S and use.most and use.used >= _MUCH * use.most:
            yield _nearly_used_up(use)


def _pause(pause: ExchangePause) -> Cause:
    what = "the exchange has banned this address" if pause.is_ban else f"the exchange asked to wait ({pause.what})"
    text = f"{what} until {iso(pause.until_ms)}: {pause.reason}"
    return Cause(
        TroubleKind.BUDGET,
        pause.what,
        text,
        command_for(TroubleKind.BUDGET),
        severity=Severity.CRITICAL if pause.is_ban else None,
    )


def _nearly_used_up(use: LimitUse) -> Cause:
    text = f"{use.used} of {use.most} {use.name} per {use.per} are used: at the limit no order can be placed"
    return Cause(TroubleKind.BUDGET, f"{use.name} per {use.per}", text, command_for(TroubleKind.BUDGET))


def _long_held(pair: PairReported, longer_than_ms: int, now_ms: int) -> Cause | None:
    """The oldest lot stands for all of its pair."""
    oldest = pair.oldest
    if oldest is None or not longer_than_ms or now_ms - oldest.bought_ms < longer_than_ms:
        return None
    days = (now_ms - oldest.bought_ms) / (_DAY_S * 1000)
    text = f"lot {oldest.lot} waits for its sale for {days:.1f} days ({plain(oldest.quantity)} {pair.base})"
    return Cause(
        TroubleKind.LONG_HELD, pair.symbol, text, command_for(TroubleKind.LONG_HELD, lot=oldest.lot), oldest.bought_ms
    )


def _sales(view: View) -> Iterator[PairSales]:
    """Of the pairs whose lots are known."""
    for each in view.pairs.values():
        if each.quote:
            yield PairSales(each.symbol, each.quote, each.sells_filled, each.realised_profit)
