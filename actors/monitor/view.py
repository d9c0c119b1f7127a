"""What the Monitor knows: the newest report of every source, and what it answers about the holdings of pairs."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lotkeeper.engine.actor.log_levels import LogLevels
from lotkeeper.trading.book.holdings import Listing, PairHolding
from messages.alerts import AlertsReported
from messages.fees import FeeReserveReported
from messages.health import (
    ChildReported,
    FrameCounts,
    GatewayReported,
    LedgerReported,
    MarketStreamReported,
    PairReported,
    PricesReported,
    StreamReported,
)
from messages.host_lease import HostLeaseReported
from messages.prices import Price, PriceModeChanged


@dataclass(slots=True)
class View:
    """The newest report of every source."""

    symbols: tuple[str, ...] = ()  # the configured pairs
    started_ms: int = 0  # when the service was started (wall clock)
    pairs: dict[str, PairReported] = field(default_factory=dict)  # by symbol
    keepers: dict[str, Any] = field(default_factory=dict)  # the addresses that the newest reports of pairs came from
    # by symbol what a market stream reports of its pair, the user stream under the empty symbol; with the time of
    # arrival (wall clock)
    streams: dict[str, tuple[StreamReported, int]] = field(default_factory=dict)
    # by name, with the time of arrival (wall clock)
    market_streams: dict[str, tuple[MarketStreamReported, int]] = field(default_factory=dict)
    prices: dict[str, Price] = field(default_factory=dict)  # by symbol
    children: dict[str, ChildReported] = field(default_factory=dict)  # by the child's key
    gateway: GatewayReported | None = None
    ledger: LedgerReported | None = None
    fees: FeeReserveReported | None = None  # None where nobody looks after the BNB for fees, too
    host_lease: HostLeaseReported | None = None  # None on a host that runs without a standby, too
    broadcast: PricesReported | None = None
    alerts: AlertsReported | None = None
    levels: LogLevels = field(default_factory=LogLevels)  # of the log, of all actors
    modes: dict[str, PriceModeChanged] = field(default_factory=dict)  # by symbol
    frames: dict[str, FrameCounts] = field(default_factory=dict)  # by symbol
    stream_frames: dict[str, FrameCounts] = field(default_factory=dict)  # by stream: frames that belong to no pair

    def keep_only(self, symbols: tuple[str, ...]) -> None:
        """These are the pairs from now on; what is known of others is forgotten."""
        gone, self.symbols = set(self.symbols) - set(symbols), symbols
        for of_pairs in (self.pairs, self.keepers, self.streams, self.prices, self.modes, self.frames):
            for symbol in gone & of_pairs.keys():
                del of_pairs[symbol]
        for key in [key for key in self.children if key.partition(" ")[0] in gone]:
            del self.children[key]

    def note_market_stream(self, message: MarketStreamReported, now_ms: int) -> None:
        """Its state, and that of each of its pairs."""
        stream = message.stream
        self.market_streams[stream.symbol] = (message, now_ms)
        for pair in message.pairs:
            of_pair = replace(
                stream,
                symbol=pair.symbol,
                state=pair.state,
                since_ms=pair.since_ms,
                reason=pair.reason,
                frames=pair.frames,
                ignored=pair.ignored,
            )
            self.streams[pair.symbol] = (of_pair, now_ms)

    def complete_as_of_ms(self, symbol: str) -> int | None:
        """Up to when all trades of a pair are known to be accounted for; None while that was never proven."""
        report = self.pairs.get(symbol)
        return report.complete_as_of_ms if report else None

    def has_all_reports(self) -> bool:
        """Whether every source has reported, and every pair was compared with the exchange."""
        are_complete = all(self.complete_as_of_ms(symbol) is not None for symbol in self.symbols)
        return are_complete and self.gateway is not None and self.ledger is not None and "" in self.streams

    def pairs_of(self, base: str, excluded: str) -> Iterator[str]:
        """The symbols of the pairs of a base asset, without one pair.

        A pair that has not reported its assets yet is included if its symbol begins with the base asset.
        """
        for symbol in self.symbols:
            report = self.pairs.get(symbol)
            is_of_base = report.base == base if report and report.base else symbol.startswith(base)
            if is_of_base and symbol != excluded:
                yield symbol

    def is_quote(self, asset: str) -> bool:
        """Whether the asset is the quote of a pair, as far as the pairs have reported."""
        return any(report.quote == asset for report in self.pairs.values())

    def holdings(self, base: str, excluded: str) -> Iterator[PairHolding]:
        """What these pairs hold. One that the exchange does not list and that was never kept holds nothing."""
        for symbol in self.pairs_of(base, excluded):
            report = self.pairs.get(symbol)
            if report is None or (not report.base and report.listing is Listing.LISTED):
                yield PairHolding(symbol)
            elif report.listing is not Listing.NEVER_KEPT:
                yield _holding(report)


def _holding(report: PairReported) -> PairHolding:
    return PairHolding(
        report.symbol,
        report.held,
        report.at_ms,
        report.complete_as_of_ms,
        report.is_adopting,
        report.listing,
    )
