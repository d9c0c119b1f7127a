"""What the Monitor is told of the Gateway."""

from collections.abc import Iterable
from dataclasses import dataclass

from actors.gateway.throttle import Traffic
from lotkeeper.exchange.budget.budget import Use, per
from lotkeeper.exchange.budget.limits import MINUTE_MS, Kind
from messages.health import ExchangePause, GatewayReported, LimitUse


@dataclass(slots=True)
class OrderCounts:
    orders: int = 0
    refused: int = 0
    unknown: int = 0


def report(traffic: Traffic, counts: OrderCounts, wall_ms: int, trouble: str) -> GatewayReported:
    """The moments in it are of this machine's clock."""
    now_ms = traffic.now_ms
    uses = traffic.budget.uses(now_ms)
    shift_ms = wall_ms - now_ms
    return GatewayReported(
        at_ms=wall_ms,
        requests=traffic.requests,
        orders=counts.orders,
        refused=counts.refused,
        unknown=counts.unknown,
        weight_used=_weight_used(uses),
        trouble=trouble,
        limits=tuple(
            LimitUse(
                str(use.limit.kind), per(use.limit.window_ms), use.limit.window_ms // 1000, use.used, use.limit.most
            )
            for use in uses
        ),
        holds=tuple(
            ExchangePause("orders" if hold.is_about_orders else "everything", hold.until_ms + shift_ms, hold.reason)
            for hold in traffic.budget.holds(now_ms)
        ),
    )


def _weight_used(uses: Iterable[Use]) -> int | None:
    wanted = (use.used for use in uses if (use.limit.kind, use.limit.window_ms) == (Kind.WEIGHT, MINUTE_MS))
    return next(wanted, None)
