"""One connection of a stream: the socket, what was heard from it, and whether the exchange confirmed it."""

from dataclasses import dataclass

from lotkeeper.exchange.websocket.liveness import Dead, Liveness, Verdict
from lotkeeper.exchange.websocket.socket import Drained, StreamSocket


@dataclass(slots=True, eq=False)
class StreamConnection:
    socket: StreamSocket
    liveness: Liveness
    is_verified: bool = False  # the exchange confirmed it, or it delivers; an open socket alone proves nothing

    def drain(self, now: float, max_frames: int) -> Drained:
        drained = self.socket.drain(max_frames)
        if drained.has_received:
            self.liveness = self.liveness.heard(now, pinged=drained.pings > 0, ponged=drained.pongs > 0)
        return drained

    def ping_when_silent(self, now: float, silent_after_s: float) -> None:
        """A ping tells a dead connection from one on which nothing happens."""
        if self.liveness.wants_ping(now, silent_after_s):
            self.liveness = self.liveness.asked(now)
            self.socket.ping()

    def verdict(self, now: float, silent_after_s: float, verified_within_s: float) -> Verdict:
        """The state of the connection at `now`: by what arrived, and whether it was verified in time."""
        if not self.is_verified and self.age_s(now) > verified_within_s:
            return Dead(f"nothing confirmed it within {verified_within_s:g} s")
        return self.liveness.verdict(now, silent_after_s)

    def age_s(self, now: float) -> float:
        return self.liveness.age_s(now)
