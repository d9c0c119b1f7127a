"""Limits by IP address: request weight, raw requests, connections, and bans (source: "Limits").

All clients of this machine have the same address, so there is one set of limits. Windows are aligned to the clock.
"""

from collections.abc import Callable

from binance_sim.clock import SimulatorClock
from binance_sim.errors import ApiError, LimitError

SECOND_US, MINUTE_US = 1_000_000, 60_000_000
FIVE_MINUTES_US = 5 * MINUTE_US
DEFAULT_WEIGHT, DEFAULT_RAW, DEFAULT_CONNECTIONS = 6000, 300_000, 300
# Of all requests below /sapi together (source: "Limits" of the wallet endpoints: 12,000 by address).
WALLET_WEIGHT = 12_000
# A ban begins after this many refusals in a row. It lasts two minutes at first, then longer, up to three days.
REFUSALS_BEFORE_BAN = 20
FIRST_BAN_US, LONGEST_BAN_US = 2 * MINUTE_US, 3 * 24 * 60 * MINUTE_US
USE_STREAMS = "Please use WebSocket Streams for live updates to avoid"


class RequestWindow:
    """A count that restarts with each window. A limit of zero means no limit."""

    def __init__(self, clock: SimulatorClock, length_us: int, limit: int) -> None:
        self._clock, self._length = clock, length_us
        self.limit = limit
        self._start = 0
        self._count = 0

    @property
    def count(self) -> int:
        start = self._clock.us() // self._length
        if start != self._start:
            self._start, self._count = start, 0
        return self._count

    def add(self, amount: int) -> bool:
        """Add to the count; returns whether it stays within the limit."""
        self._count = max(0, self.count + amount)
        return not self.limit or self._count <= self.limit

    @property
    def ends_us(self) -> int:
        return (self._clock.us() // self._length + 1) * self._length


class Limits:
    """All limits by address. `on_ban` is called when a ban begins: a ban also disconnects."""

    def __init__(
        self, clock: SimulatorClock, weight: int = DEFAULT_WEIGHT, connections: int = DEFAULT_CONNECTIONS
    ) -> None:
        self._clock = clock
        self.weight = RequestWindow(clock, MINUTE_US, weight)
        self.wallet = RequestWindow(clock, MINUTE_US, WALLET_WEIGHT if weight else 0)
        self.raw = RequestWindow(clock, FIVE_MINUTES_US, DEFAULT_RAW if weight else 0)
        self.api_connections = RequestWindow(clock, FIVE_MINUTES_US, connections)
        self.stream_connections = RequestWindow(clock, FIVE_MINUTES_US, connections)
        self.on_ban: Callable[[], None] = lambda: None
        self._refused = 0
        self._next_ban_us = FIRST_BAN_US
        self._banned_until = 0
        self._blocked_until = 0

    @property
    def used(self) -> int:
        return self.weight.count

    def add(self, weight: int, *, wallet: bool = False) -> None:
        """Count a request; raises LimitError 429 beyond a limit, 418 during a ban."""
        now, window = self._clock.us(), self.wallet if wallet else self.weight
        if now < self._banned_until:
            raise self._banned(now)
        within_raw, within_weight = self.raw.add(1), window.add(weight)
        if now < self._blocked_until:
            raise self._refuse(now, self._blocked_until)
        if not within_raw:
            raise self._refuse(now, self.raw.ends_us)
        if not within_weight:
            raise self._refuse(now, window.ends_us, window.limit)
        self._refused = 0

    def give_back(self, weight: int) -> None:
        self.weight.add(-weight)

    def connect(self, window: RequestWindow) -> None:
        """Count a connection attempt; raises ApiError -1034 beyond the limit, LimitError 418 during a ban."""
        now = self._clock.us()
        if now < self._banned_until:
            raise self._banned(now)
        if not window.add(1):
            text = f"Too many connection attempts from IP; current limit is {window.limit} per '5 MINUTE'."
            raise ApiError(-1034, text, 429)

    def ban(self, length_us: int) -> None:
        """Refuse everything with 418 for this long, and disconnect."""
        self._banned_until = self._clock.us() + length_us
        self._refused = 0
        self.on_ban()

    def block(self, length_us: int) -> None:
        """Refuse everything with 429 for this long, as if the weight were used up."""
        self._blocked_until = self._clock.us() + length_us

    def _refuse(self, now: int, until: int, limit: int = 0) -> LimitError:
        self._refused += 1
        if self._refused > REFUSALS_BEFORE_BAN:
            self.ban(self._next_ban_us)
            self._next_ban_us = min(self._next_ban_us * 2, LONGEST_BAN_US)
            return self._banned(now)
        limit = limit or self.weight.limit or DEFAULT_WEIGHT
        text = f"Too much request weight used; current limit is {limit} request weight per 1 MINUTE. "
        return LimitError(-1003, f"{text}{USE_STREAMS} polling the API.", 429, now, until)

    def _banned(self, now: int) -> LimitError:
        text = f"Way too much request weight used; IP banned until {self._banned_until // 1000}. {USE_STREAMS} bans."
        return LimitError(-1003, text, 418, now, self._banned_until)

    def row(self) -> dict[str, object]:
        """The REQUEST_WEIGHT row of rateLimits."""
        fixed = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1}
        return fixed | {"limit": self.weight.limit or DEFAULT_WEIGHT, "count": self.used}
