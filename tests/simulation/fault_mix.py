"""Which faults a schedule has, and how often: drawn once from its seed, so that few schedules have all of them.

Many runs with a few faults each find more than one run in which everything fails all the time.
"""

from dataclasses import dataclass, fields
from random import Random


@dataclass(slots=True)
class FaultMix:
    """The chance of each fault at each request, event or message. All are zero at the end."""

    reply_lost: float = 0.0  # carried out, no answer in time
    never_arrived: float = 0.0  # not carried out, no answer
    accepted_late: float = 0.0  # carried out up to twelve seconds later
    late_reply: float = 0.0  # the answer to one of these comes after all
    dies_unsent: float = 0.0  # the Gateway dies after an order was noted as in flight and before it leaves
    not_reached: float = 0.0
    refused_busy: float = 0.0  # -1008, whose outcome counts as unknown
    limited: float = 0.0  # 429
    query_failed: float = 0.0
    order_lags: float = 0.0  # -2013 right after acceptance
    trades_lag: float = 0.0
    stale_list: float = 0.0  # openOrders as it was a while ago
    event_lost: float = 0.0
    event_twice: float = 0.0
    event_late: float = 0.0
    event_first: float = 0.0  # before the reply to the order
    slow_post: float = 0.0  # a message between actors takes up to a second
    disk_full: float = 0.0
    crash: float = 0.0  # of the actor that handles a message: before it, after it, or between two of its effects

    def end_all(self) -> None:
        for each in fields(self):
            setattr(self, each.name, 0.0)


_MAX_CHANCES = {
    "reply_lost": 0.4,
    "never_arrived": 0.3,
    "accepted_late": 0.4,
    "late_reply": 0.8,
    "dies_unsent": 0.2,
    "not_reached": 0.3,
    "refused_busy": 0.2,
    "limited": 0.1,
    "query_failed": 0.3,
    "order_lags": 0.6,
    "trades_lag": 0.6,
    "stale_list": 0.5,
    "event_lost": 0.4,
    "event_twice": 0.4,
    "event_late": 0.5,
    "event_first": 0.8,
    "slow_post": 0.1,
    "disk_full": 0.3,
    "crash": 0.03,
}


def draw_fault_mix(dice: Random) -> FaultMix:
    """Each fault is absent in more than half of all schedules."""
    return FaultMix(
        **{name: most * dice.random() if dice.random() < 0.4 else 0.0 for name, most in _MAX_CHANCES.items()}
    )
