"""How far a stream is, as it is reported to the Monitor."""

from dataclasses import dataclass, field

from actors.streams.frame_kinds import FrameKinds
from messages.health import StreamReported, StreamState


@dataclass(slots=True)
class StreamStatus:
    state: StreamState = StreamState.STARTING
    since_ms: int = 0  # of the state; wall clock
    reason: str = ""  # why it is not proven, where the state alone does not say enough
    is_loud: bool = False  # a person is needed: trying again will hardly help
    frames: int = 0
    ignored: int = 0  # frames that were of no use or could not be read
    reconnects: int = 0
    renewals: int = 0
    kinds: FrameKinds = field(default_factory=FrameKinds)

    @property
    def is_proven(self) -> bool:
        return self.state is StreamState.PROVEN

    def become(self, state: StreamState, since_ms: int, reason: str = "") -> None:
        self.state, self.since_ms, self.reason = state, since_ms, reason

    def become_proven(self, since_ms: int) -> None:
        self.become(StreamState.PROVEN, since_ms)
        self.is_loud = False

    def report(self, symbol: str) -> StreamReported:
        return StreamReported(
            symbol=symbol,
            state=self.state,
            since_ms=self.since_ms,
            reason=self.reason,
            frames=self.frames,
            ignored=self.ignored,
            reconnects=self.reconnects,
            renewals=self.renewals,
            is_loud=self.is_loud,
            kinds=self.kinds.rows(),
        )
