"""Causes and settings as tests need them."""

from decimal import Decimal as D
from typing import Any

from lotkeeper.trading.alerts.causes import Cause
from lotkeeper.trading.alerts.settings import AlertSettings, ChannelRule
from lotkeeper.trading.trouble_kinds import TroubleKind
from messages.alerts import CausesFound, PairSales

NOW_MS = 1_700_000_000_000
PHONE = ChannelRule("phone")
SETTINGS = AlertSettings(channels=(PHONE,))


def cause(kind: TroubleKind = TroubleKind.KILL_SWITCH, subject: str = "", text: str = "", **more: Any) -> Cause:
    return Cause(kind, subject, text or f"{kind} of {subject or 'all'}", "lotkeeper status", **more)


def found(*causes: Cause, at_ms: int = NOW_MS, unproven: tuple[str, ...] = (), sold: int = 0) -> CausesFound:
    sales = (PairSales("BTCUSDT", "USDT", sold, D(sold) / 2),)
    return CausesFound(at_ms, causes, unproven, sales)
