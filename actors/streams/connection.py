"""One connection of a stream: the socket, what was heard of it, and whether the exchange confirmed it."""

from dataclasses import dataclass

from lotkeeper.exchange.websocket.liveness import Liveness, Verdict
from lotkeeper.exchange.websocket.socket import Drained, StreamSocket


@dataclass(slots=True, eq=False)
class Link:
    """Verified means that the exchange said so, or that it delivers: an open socket proves nothing."""

    socket: StreamSocket
    clocks: Liveness
    is_verified: bool = False

    def drain(self, now: float) -> Drained:
        drained = self.socket.drain()
        if drained.has_received:
            self.clocks = self.clocks.heard(now, pinged=drained.pings > 0, ponged=drained.pongs > 0)
        return drained

    def ask_when_silent(self, now: float, silent_after_s: float) -> None:
        """A ping, so that a connection that is dead in silence is told from one that has nothing to say."""
        if self.clocks.wants_ping(now, silent_after_s):
            self.clocks = self.clocks.asked(now)
            self.socket.ping()

    def verdict(self, now: float, silent_after_s: float) -> Verdict:
        return self.clocks.verdict(now, silent_after_s)

    def age_s(self, now: float) -> float:
        return self.clocks.age_s(now)
