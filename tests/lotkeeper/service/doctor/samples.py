"""A machine and an exchange that are well, for tests that make one thing wrong."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from lotkeeper.exchange.rest.key_restrictions import KeyRestrictions
from lotkeeper.exchange.shapes import Account, ExchangeInfo
from lotkeeper.service.doctor.facts import (
    ClockFacts,
    DatabaseFacts,
    ExchangeFacts,
    Facts,
    FileFacts,
    KeyFacts,
    LimitFacts,
    Reached,
    ServiceFacts,
    SpaceFacts,
)
from tests.lotkeeper.trading import make

NOW_MS = 1_795_600_000_000
RESTRICTIONS = KeyRestrictions(
    may_read=True, may_trade=True, may_withdraw=False, may_transfer=False, is_bound_to_addresses=True
)
EXCHANGE = ExchangeFacts(
    rest_url="https://api.binance.com",
    ws_api_url="wss://ws-api.binance.com/ws-api/v3",
    stream_url="wss://stream.binance.com:9443",
    recv_window_ms=5000,
    clock=ClockFacts(12, 9.0, NOW_MS),
    ws_api=Reached(40.0, 8.0),
    streams=Reached(45.0, 9.0),
    account=Account((), can_trade=True, uid=1),
    restrictions=RESTRICTIONS,
    rules=ExchangeInfo({symbol: make.pair(symbol=symbol) for symbol in ("BTCUSDT", "ETHUSDT")}, ()),
)
SERVICE = ServiceFacts(True, "", "ok", (), (), FileFacts(Path("/run/lk"), 0o700, True))
FACTS = Facts(
    config=FileFacts(Path("config.yaml"), 0o644, True),
    pairs=("BTCUSDT", "ETHUSDT"),
    key=KeyFacts("ed25519"),
    exchange=EXCHANGE,
    limits=LimitFacts(open_files=4096, processes=4000, processes_now=50, memory_free=4_000_000_000),
    service=SERVICE,
    database=DatabaseFacts("/srv/lots.sqlite", exists=True, lots=12),
    spaces=(SpaceFacts(Path("/srv"), "the database and its backups", 50_000_000_000, True),),
    files=(FileFacts(Path("/srv/lots.sqlite"), 0o600, True),),
)


def facts(**changes: Any) -> Facts:
    return replace(FACTS, **changes)


def exchange(**changes: Any) -> Facts:
    return replace(FACTS, exchange=replace(EXCHANGE, **changes))


def restricted(**changes: Any) -> Facts:
    return exchange(restrictions=replace(RESTRICTIONS, **changes))
