"""Who else keeps lots of a coin, by the newest reports."""

from collections.abc import Iterator

from actors.monitor.status import View
from lotkeeper.trading.book.holdings import PairHolding
from messages.health import PairReported


def holdings_of(view: View, base: str, besides: str) -> Iterator[PairHolding]:
    """The pairs of that base asset but one, also those that have not reported: a pair's name begins with its base."""
    for symbol in view.symbols:
        report = view.pairs.get(symbol)
        is_of_base = symbol.startswith(base) if report is None else report.base == base
        if is_of_base and symbol != besides:
            yield PairHolding(symbol) if report is None else _holding(report)


def _holding(report: PairReported) -> PairHolding:
    return PairHolding(report.symbol, report.held, report.at_ms, report.complete_as_of_ms, report.is_adopting)
