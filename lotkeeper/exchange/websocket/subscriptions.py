"""What a connection to the market streams is subscribed to, and the messages that change it.

The exchange allows five messages a second on a connection, pongs included, and 1024 streams (Binance
web-socket-streams.md, WebSocket Limits).
"""

from collections.abc import Collection

import orjson

MOST_STREAMS = 1024
MOST_URL_CHARACTERS = 4000  # half of what HTTP servers commonly accept; what does not fit is subscribed by message
_NAMES_IN_A_MESSAGE = 100
_EVERY_S = 0.5  # two messages a second, so that pongs and pings of ours have room
_LIST_ID, _CHANGE_ID = 1, 2
_REPEATED_AFTER_S = 1.0  # what had no effect or no answer; twice as long each time
_MOST_REPEATED_AFTER_S = 60.0


def streams_for_url(names: Collection[str]) -> list[str]:
    """As many of the streams as an address may name."""
    taken: list[str] = []
    room = MOST_URL_CHARACTERS
    for name in sorted(names):
        room -= len(name) + 1
        if room < 0 or len(taken) >= MOST_STREAMS:
            break
        taken.append(name)
    return taken


class Subscriptions:
    """The streams of one connection, as far as they are known. Times are seconds of a clock that never runs back.

    Answers to changes are not needed: after each change the exchange is asked for its list, which tells the truth.
    """

    def __init__(self, names: Collection[str]) -> None:
        self._active = frozenset(names)  # by the exchange's list and the changes since
        self._is_listed = False  # the exchange has listed them since the newest change
        self._asked_s = float("-inf")  # the newest message
        self._vain = 0  # messages in a row that had no effect, or no answer yet

    def request_list(self, now_s: float) -> str:
        """The message that asks for the list."""
        self._asked_s = now_s
        return orjson.dumps({"method": "LIST_SUBSCRIPTIONS", "id": _LIST_ID}).decode()

    def next_request(self, wanted: Collection[str], now_s: float) -> str | None:
        """The message to send now so that the connection has the wanted streams and no others; None for none."""
        wait_s = min(_REPEATED_AFTER_S * 2**self._vain, _MOST_REPEATED_AFTER_S) if self._vain else _EVERY_S
        if now_s - self._asked_s < wait_s:
            return None
        if not self._is_listed:
            self._vain += 1
            return self.request_list(now_s)
        change = self._change(frozenset(wanted))
        return None if change is None else self._request_change(*change, now_s)

    def apply_list(self, names: Collection[str]) -> None:
        """The exchange's list of this connection."""
        listed = frozenset(names)
        self._vain = 0 if listed == self._active else self._vain + 1
        self._active, self._is_listed = listed, True

    def _change(self, wanted: frozenset[str]) -> tuple[str, list[str]] | None:
        most = min(_NAMES_IN_A_MESSAGE, MOST_STREAMS - len(self._active))
        if surplus := sorted(self._active - wanted)[:_NAMES_IN_A_MESSAGE]:
            return "UNSUBSCRIBE", surplus
        missing = sorted(wanted - self._active)[:most]
        return ("SUBSCRIBE", missing) if missing else None

    def _request_change(self, method: str, names: list[str], now_s: float) -> str:
        self._active = self._active.union(names) if method == "SUBSCRIBE" else self._active.difference(names)
        self._is_listed, self._asked_s = False, now_s
        return orjson.dumps({"method": method, "params": names, "id": _CHANGE_ID}).decode()
