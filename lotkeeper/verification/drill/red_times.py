"""Whether `/readyz` goes red by each named fault, within how many seconds, and why: what docs/operations.md states."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_ASKED_S = 2.0  # the next report of who is concerned, and an answer that several requests may share


@dataclass(frozen=True, slots=True)
class RedTime:
    """What is stated of a fault, for a service with its default settings."""

    within_s: float | None  # while what it broke stays broken; None: it unproves nothing
    why: str  # for people
    is_compared: bool = False  # it is green again only when every pair was compared after the fault


def _stream(why: str, within_s: float = _ASKED_S) -> RedTime:
    return RedTime(within_s, why, is_compared=True)


_CONNECTIONS = "the streams are down until other connections are proven and each pair is compared"
_UNKNOWN = "the pair is proven; an order of unknown outcome blocks its own lot, and is in `todo`"
_KNOWN = "every event is one that is handled"

RED_TIMES: Final[Mapping[str, RedTime]] = {
    "drop": _stream(_CONNECTIONS),
    "abort": _stream(_CONNECTIONS),
    "close": _stream(_CONNECTIONS),
    "refuse": _stream(_CONNECTIONS),
    "half-open": RedTime(25.0, "a price that nobody confirms for 15 s is stale; questions have no answer"),
    "server-shutdown": RedTime(None, "other connections are proven before these are closed"),
    "too-many-requests": RedTime(_ASKED_S, "no request may be sent, from the first that is refused on"),
    "ban": _stream("no request may be sent, and the user stream is down"),
    "garbage": _stream("what cannot be an answer to the subscription ends the connection of the user stream"),
    "mute": _stream("a stream without a byte for `streams.silent_after_s` is dead, where no other can be opened", 65.0),
    "lose-reply": RedTime(None, _UNKNOWN),
    "time-out": RedTime(None, _UNKNOWN),
    "refuse-sells": RedTime(None, "the pair is proven; the SELLs are tried again"),
    "late": RedTime(None, _UNKNOWN),
    "lose-events": RedTime(None, "what an event did not tell the next comparison does, at the latest after 150 s"),
    "repeat-events": RedTime(None, _KNOWN),
    "clock": RedTime(None, "the clock is set by the first answer that refuses it"),
    "halt": RedTime(None, "the pair is proven; its SELLs wait for the exchange"),
    "maintenance": RedTime(None, _KNOWN),
    "kill-keeper": _stream("the next keeper has to compare first"),
    "kill-gateway": RedTime(None, "the next one runs within a second; without a report for 10 s it is red"),
    "kill-user-stream": _stream("the next one has to be proven, and each pair compared"),
    "kill-market-stream": RedTime(_ASKED_S, "the next one has to be proven"),
    "kill-ledger": RedTime(None, "the next one runs within a second; without a report for 10 s it is red"),
    "kill-supervisor": _stream("its keeper ends with it, and the next one has to compare first"),
    "kill-guardian": _stream("nobody answers, and all begins again"),
    "kill-admin": _stream("nobody answers, and all begins again"),
    "hang-keeper": _stream("a keeper without a report for 20 s, or for two and a half times what it had said", 25.0),
    "hang-gateway": RedTime(15.0, "no report for 10 s"),
    "kill-system": _stream("nobody answers, and all begins again"),
    "delete-database": _stream("nobody answers, and all begins again"),
}
