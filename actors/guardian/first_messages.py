"""The first messages of the Guardian's children, and the order in which the pairs start."""

from lotkeeper.trading.halts import Halt, Halts
from messages.alerts import StartAlerts
from messages.lifecycle import (
    Address,
    PairSettings,
    Peers,
    StartGateway,
    StartGuardian,
    StartLedger,
    StartMarketStream,
    StartUserStream,
)


def start_alerts(start: StartGuardian, launcher: Address, monitor: Address, started_ms: int) -> StartAlerts:
    """`started_ms` is when the service was started (wall clock)."""
    settings = start.settings
    return StartAlerts(settings.alerts, launcher, monitor, started_ms, settings.alerts_file, settings.disks)


def start_ledger(start: StartGuardian, monitor: Address, started_ms: int, halts: Halts) -> StartLedger:
    """`halts` is what a person has halted, as far as the Guardian knows."""
    settings = start.settings
    return StartLedger(settings.database, monitor, settings.lease, started_ms, halts, backlog=settings.backlog)


def start_gateway(
    start: StartGuardian, launcher: Address, monitor: Address, symbols: tuple[str, ...], kill_switch: Halt
) -> StartGateway:
    """`symbols` are the pairs that are kept now."""
    settings = start.settings
    return StartGateway(
        rest_url=settings.rest_url,
        recv_window_ms=settings.recv_window_ms,
        launcher=launcher,
        monitor=monitor,
        symbols=symbols,
        in_flight=settings.in_flight,
        ws_api_url=settings.ws_api_url if settings.orders_by_websocket else "",
        silent_after_s=settings.silent_after_s,
        renew_after_s=settings.renew_after_s,
        pause_file=settings.pause_file,
        broker=settings.broker,
        exchange_trouble=start.exchange_trouble,
        kill_switch=kill_switch,
        term=settings.term,
        watches_listings=True,
    )


def start_user_stream(start: StartGuardian, launcher: Address, monitor: Address) -> StartUserStream:
    """Of the account, whatever pairs are kept."""
    settings = start.settings
    return StartUserStream(
        ws_api_url=settings.ws_api_url,
        recv_window_ms=settings.recv_window_ms,
        silent_after_s=settings.silent_after_s,
        renew_after_s=settings.renew_after_s,
        launcher=launcher,
        monitor=monitor,
        needs_permit=bool(start.exchange_trouble),
    )


def start_market_stream(name: str, start: StartGuardian, symbols: tuple[str, ...], peers: Peers) -> StartMarketStream:
    """`symbols` are the pairs that it serves now."""
    settings = start.settings
    return StartMarketStream(
        name=name,
        symbols=symbols,
        stream_url=settings.stream_url,
        silent_after_s=settings.silent_after_s,
        renew_after_s=settings.renew_after_s,
        peers=peers,
        needs_permit=bool(start.exchange_trouble),
    )


def in_order(start: StartGuardian) -> list[PairSettings]:
    """All pairs, those that start first before the others."""
    pairs = {pair.symbol: pair for pair in start.settings.pairs}
    first = [pairs[symbol] for symbol in dict.fromkeys(start.first) if symbol in pairs]
    return [*first, *(pair for pair in start.settings.pairs if pair not in first)]
