"""What the Gateway tells the Monitor of itself once a second."""

from collections import Counter
from dataclasses import dataclass, field

from actors.gateway.listing_watch import ListingPlans
from actors.gateway.throttle import RequestThrottle
from lotkeeper.exchange.budget.budget import describe_window
from lotkeeper.exchange.budget.limits import MINUTE_MS, LimitKind
from lotkeeper.exchange.link.states import LinkState
from lotkeeper.trading.halts import NO_HALT, Halt
from messages.health import EVERYTHING, ORDERS, BrokerState, ExchangePause, GatewayReported, LimitUse, RequestRoute
from messages.lifecycle import JournalPlace


@dataclass(slots=True)
class OutcomeCounts:
    """Since the start of the Gateway."""

    orders: int = 0  # that keepers sent, whether they went on to the exchange or not
    refused: int = 0  # by the exchange
    unknown: int = 0  # without an answer
    refusals: Counter[str] = field(default_factory=Counter)  # those of `refused`, by RefusalKind


def build_report(
    throttle: RequestThrottle,
    counts: OutcomeCounts,
    link: LinkState | None,
    place: JournalPlace | None,
    *,
    waiting: int,
    broker: BrokerState | None = None,
    trouble: str,
    wall_ms: int,
    kill_switch: Halt = NO_HALT,
    plans: ListingPlans | None = None,
    needs_a_person: bool = False,
) -> GatewayReported:
    """`waiting` is the number of questions that wait to be sent; `link` is None before there is a key."""
    return GatewayReported(
        at_ms=wall_ms,
        requests=throttle.requests,
        orders=counts.orders,
        refused=counts.refused,
        unknown=counts.unknown,
        refusals=tuple(counts.refusals.items()),
        weight_used=_weight_used(throttle),
        trouble=trouble,
        limits=_limit_uses(throttle),
        broker=broker,
        pauses=_pauses(throttle, wall_ms),
        route=None if link is None else _route(link),
        in_flight=throttle.in_flight,
        oldest_in_flight_ms=round(throttle.oldest_in_flight_s * 1000),
        waiting=waiting,
        journal=place.path if place else "",
        is_journal_memory=place is not None and place.is_memory,
        kill_switch=kill_switch,
        needs_a_person=needs_a_person,
        delistings=plans.delistings if plans else (),
        at_risk=plans.at_risk if plans else frozenset(),
        clock_ahead_ms=throttle.clock_ahead_ms,
    )


def _route(link: LinkState) -> RequestRoute:
    failure = "" if link.failure is None else link.failure.text
    return RequestRoute(str(link.route), str(link.condition), link.since_ms, failure, link.needs_a_person)


def _limit_uses(throttle: RequestThrottle) -> tuple[LimitUse, ...]:
    return tuple(
        LimitUse(
            str(each.limit.kind),
            describe_window(each.limit.window_ms),
            each.limit.window_ms // 1000,
            each.used,
            each.limit.maximum,
        )
        for each in throttle.budget.usage(throttle.now_ms)
    )


def _weight_used(throttle: RequestThrottle) -> int | None:
    """The request weight of this minute."""
    used = {(each.limit.kind, each.limit.window_ms): each.used for each in throttle.budget.usage(throttle.now_ms)}
    return used.get((LimitKind.WEIGHT, MINUTE_MS))


def _pauses(throttle: RequestThrottle, wall_ms: int) -> tuple[ExchangePause, ...]:
    """By the clock of this machine."""
    now_ms = throttle.now_ms
    return tuple(
        ExchangePause(
            ORDERS if each.is_about_orders else EVERYTHING,
            each.until_ms + wall_ms - now_ms,
            each.reason,
            each.is_ban,
        )
        for each in throttle.budget.pauses(now_ms)
    )
