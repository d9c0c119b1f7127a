"""The Gateway at the budget broker of its address: it reports what was sent, asks for shares, and never waits."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from actors.gateway.throttle import RequestThrottle
from lotkeeper.exchange.sharing.broker_link import BrokerLink, BrokerLostError
from lotkeeper.exchange.sharing.lines import Answer, Hello, Report
from messages.health import BrokerState, SharedLimitUse
from messages.lifecycle import BrokerPlace

ANSWER_WITHIN_S: Final = 1.0  # a broker that takes longer hangs
_STARTING: Final = "not connected yet"

TellChange = Callable[[str], None]  # why the broker is gone; empty: it answers


class AddressShare:
    """Does nothing before `begin`, and nothing at all where no broker is configured."""

    def __init__(self, throttle: RequestThrottle, monotonic: Callable[[], float], on_change: TellChange) -> None:
        self._throttle, self._monotonic, self._on_change = throttle, monotonic, on_change
        self._shares = throttle.budget.shares
        self._place: BrokerPlace | None = None
        self._link: BrokerLink | None = None
        self._asked_s: float | None = None  # monotonic: since when an answer is awaited
        self._trouble = _STARTING

    def begin(self, place: BrokerPlace | None) -> None:
        """Connects to the broker, if one is configured."""
        self._place, self._shares.is_kept = place, place is not None
        self.each_second()

    @property
    def filenos(self) -> Sequence[int]:
        return () if self._link is None else (self._link.fileno(),)

    def each_second(self) -> None:
        """Reports, so that the broker knows what was spent; connects again; gives up a broker that hangs."""
        if self._place is None:
            return
        if self._asked_s is not None and self._monotonic() - self._asked_s > ANSWER_WITHIN_S:
            self._lose("it does not answer")
        if self._link is None:
            self._connect(self._place)
        if self._asked_s is None:
            self._report()

    def ask(self) -> None:
        """Asks for what is wanted, once what was asked before is answered."""
        if self._link is not None and self._asked_s is None and self._shares.is_wanting:
            self._report()

    def on_readable(self, descriptor: int) -> bool:
        """Whether it was the broker: what waits for a share may go on then, or has to wait longer."""
        if self._link is None or descriptor != self._link.fileno():
            return False
        try:
            answers = self._link.receive()
        except BrokerLostError as error:
            self._lose(str(error))
            return True
        for answer in answers:
            self._take(answer)
        return True

    def state(self) -> BrokerState | None:
        """None where no broker is configured."""
        if self._place is None:
            return None
        usage = (SharedLimitUse(use.name, str(use.kind), use.share, use.spent) for use in self._shares.usage)
        return BrokerState(
            socket=self._place.socket,
            service=self._place.name,
            is_connected=self._shares.is_active,
            trouble=self._trouble,
            services=self._shares.services if self._shares.is_active else 0,
            waits=self._throttle.budget.share_text(self._throttle.now_ms),
            usage=tuple(usage),
        )

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
        self._link = None

    def _connect(self, place: BrokerPlace) -> None:
        try:
            self._link = BrokerLink(Path(place.socket))
            self._link.send(Hello(place.name, place.exchange))
        except BrokerLostError as error:
            self._lose(str(error))

    def _report(self) -> None:
        if self._link is None:
            return
        try:
            self._link.send(Report(self._throttle.now_ms, self._throttle.share_reports()))
            self._asked_s = self._monotonic()
        except BrokerLostError as error:
            self._lose(str(error))

    def _take(self, answer: Answer) -> None:
        self._asked_s = None
        self._shares.apply(answer, self._throttle.now_ms)
        if not self._shares.is_active:
            self._shares.begin()
            self._trouble = ""
            self._on_change("")

    def _lose(self, reason: str) -> None:
        """From now on this service goes by its own count."""
        self.close()
        self._asked_s = None
        self._shares.end()
        if self._trouble != reason:
            self._trouble = reason
            self._on_change(reason)
