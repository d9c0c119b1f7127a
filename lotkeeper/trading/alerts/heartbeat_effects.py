"""Whether the heartbeat stops while an alert of a kind is open, and why: what docs/operations.md states of each.

The rule behind it: the heartbeat says that every pair is proven complete and fresh. What a person has halted, still has
to decide, or only pays for, leaves it going.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lotkeeper.trading.trouble_kinds import TroubleKind


class PingEffect(StrEnum):
    STOPS = "stops"
    GOES_ON = "goes on"
    DEPENDS = "stops or goes on"


@dataclass(frozen=True, slots=True)
class HeartbeatRule:
    effect: PingEffect
    why: str  # for people


def _stops(why: str) -> HeartbeatRule:
    return HeartbeatRule(PingEffect.STOPS, why)


def _goes_on(why: str) -> HeartbeatRule:
    return HeartbeatRule(PingEffect.GOES_ON, why)


def _depends(why: str) -> HeartbeatRule:
    return HeartbeatRule(PingEffect.DEPENDS, why)


_KIND = TroubleKind
_A_DECISION = "a person decided it, and every pair is proven"
_TO_DECIDE = "every pair is proven; a person has to decide about this one thing"
_NO_PAIR = "no pair rests on it"

HEARTBEAT: Final[Mapping[TroubleKind, HeartbeatRule]] = {
    _KIND.KILL_SWITCH: _goes_on(_A_DECISION),
    _KIND.GATEWAY: _depends("it goes on where only the WebSocket API is refused, and requests leave by REST"),
    _KIND.USER_STREAM: _stops("fills are found by polling alone; then every pair has to be compared"),
    _KIND.DATABASE: _stops("what happens is recorded on disk alone"),
    _KIND.QUARANTINED: _depends("it stops where a pair cannot be compared without the message"),
    _KIND.GIVEN_UP: _stops("what the actor does is not done; a keeper has to compare its pair first"),
    _KIND.CLOCK: _goes_on("requests carry the exchange's time, and every pair is proven"),
    _KIND.NOT_LISTED: _stops("the pair cannot be compared"),
    _KIND.DELISTING: _goes_on("it is announced, and the pair trades until then"),
    _KIND.WATCH_ONLY: _stops("the pair's book is not trusted"),
    _KIND.REFUSED: _stops("what is bought on the pair gets no SELL"),
    _KIND.PAUSED: _goes_on(_A_DECISION),
    _KIND.UNKNOWN_ORDER: _depends("it blocks its own lot alone; it stops where comparisons are not answered either"),
    _KIND.HELD: _goes_on(_TO_DECIDE),
    _KIND.UNCOVERED: _depends("it stops where the reason is one of the pair; a lot alone leaves its pair proven"),
    _KIND.STOP_REFUSED: _goes_on("the SELL of the lot stands, and every pair is proven"),
    _KIND.COINS_CAME: _goes_on(_TO_DECIDE),
    _KIND.UNREADABLE: _stops("it may be a BUY that is in no lot"),
    _KIND.STRANGE_STATUS: _stops("whether a SELL of the pair stands is not known"),
    _KIND.FEE_RISE: _goes_on("it costs money; every pair is proven"),
    _KIND.BNB_LOW: _goes_on("it costs money; every pair is proven"),
    _KIND.DISK_LOW: _goes_on("nothing is lacking yet; a disk that is full is `database`, and stops it"),
    _KIND.CHANNEL: _goes_on(_NO_PAIR),
    _KIND.DEGRADED: _stops("it is the same: a pair is not proven"),
    _KIND.RESTARTS: _depends("it stops until each of the next processes has proven its part"),
    _KIND.BUDGET: _depends("it stops while the exchange asks to wait; nine tenths of a limit stop nothing yet"),
    _KIND.LONG_HELD: _goes_on("its SELL stands"),
    _KIND.STARTED: _goes_on("it is news"),
    _KIND.SALE: _goes_on("it is news"),
}
