"""How far away the embedded exchange of a drill or a measurement is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """The time from a request to its answer: `ms`, and up to `jitter_ms` more at random (milliseconds)."""

    ms: float = 0.0
    jitter_ms: float = 0.0

    @property
    def longest_s(self) -> float:
        return (self.ms + self.jitter_ms) / 1000

    def options(self) -> tuple[str, ...]:
        """The options of the exchange, and of `lotkeeper drill`, that make this distance; none if it is next door."""
        wanted = (("--round-trip-ms", self.ms), ("--jitter-ms", self.jitter_ms))
        return tuple(part for name, value in wanted if value for part in (name, f"{value:g}"))


NO_DISTANCE = RoundTrip()
