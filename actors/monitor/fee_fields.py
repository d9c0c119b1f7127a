"""The fee reserve in the status: how much BNB there is, which asset pays the fees, and for how long it lasts."""

from typing import Any

from actors.ledger.positions import iso
from lotkeeper.trading.fee_reserve.reserve import Reserve
from lotkeeper.trading.fee_reserve.top_up import Hold, HoldReason
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.order import OrderReport
from messages.fees import FeeReserveReported

_HOLDS = {
    HoldReason.SETTLING: "more is bought when no BUY of before the start can still arrive, within two minutes",
    HoldReason.BOUGHT_LATELY: "nothing more is bought within an hour of the last BUY",
    HoldReason.NOT_BNB: "the pair of fees.bnb.top_up buys something else",
    HoldReason.NOT_TRADING: "the pair of fees.bnb.top_up does not trade now",
    HoldReason.NO_PRICE: "nobody offers BNB on the pair of fees.bnb.top_up now",
    HoldReason.TOO_SMALL: "what fees.bnb.top_up names is too small for an order",
    HoldReason.QUOTE_LACKING: "to buy more {wanted} {quote} would have to be free",
}


def fee_reserve_fields(report: FeeReserveReported | None, now_ms: int) -> dict[str, Any] | None:
    """None where the configuration keeps no BNB for fees, and before the first report."""
    if report is None or report.reserve is None:
        return None
    reserve = report.reserve
    return {
        "free": plain(reserve.free),
        "keep_at_least": plain(reserve.keep_at_least),
        "low": reserve.is_low,
        "paid_in": str(reserve.payer),
        "per_day": plain(reserve.per_day),
        "lasts_days": None if reserve.lasts_days is None else plain(reserve.lasts_days),
        "hold": None if report.hold is None else _hold_sentence(report.hold),
        "bought": None if report.bought is None else _bought(report.bought),
        "trouble": report.trouble,
        "age_seconds": (now_ms - report.at_ms) / 1000,
    }


def _bought(report: OrderReport) -> dict[str, Any]:
    return {
        "order_id": report.order_id,
        "pair": report.symbol,
        "quantity": plain(report.executed),
        "cost": plain(report.quote_executed),
        "at": iso(report.time_ms),
    }


def fee_reserve_problem(report: FeeReserveReported | None) -> str:
    """Too little BNB is there for fees, and why none is bought."""
    if report is None or report.reserve is None:
        return "" if report is None or not report.trouble else f"fees: {report.trouble}"
    if not report.reserve.is_low:
        return ""
    why = report.trouble or (_hold_sentence(report.hold) if report.hold else _advice(report))
    return f"fees: {_low(report.reserve)}" + (f"; {why}" if why else "")


def _low(reserve: Reserve) -> str:
    free = f"{plain(reserve.free)} BNB are free, less than the {plain(reserve.keep_at_least)} of fees.bnb.keep_at_least"
    return free if reserve.lasts_days is None else f"{free}, and last {plain(reserve.lasts_days)} days"


def _hold_sentence(hold: Hold) -> str:
    wanted = "" if hold.wanted is None else plain(hold.wanted)
    return _HOLDS[hold.reason].format(wanted=wanted, quote=hold.quote)


def _advice(report: FeeReserveReported) -> str:
    return "" if report.buys else "buy some, or name what is bought in fees.bnb.top_up"
