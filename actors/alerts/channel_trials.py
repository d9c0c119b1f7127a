"""Tests of channels that a person asks for: a message by each, and what came back when the last one has ended."""

from dataclasses import dataclass, field

from actors.alerts.deliveries import Delivered
from actors.alerts.wording import Message
from lotkeeper.engine.asking import Sender
from messages.control import ChannelsTried

_PREFIX = "test "


def trial_message(host: str, who: str) -> Message:
    by = f" by {who}" if who else ""
    return Message(
        f"lotkeeper on {host}: test", f"This is a test of the alerts, asked for{by}. Nothing is wrong.", None
    )


@dataclass(slots=True)
class ChannelTrials:
    """One at a time."""

    _asker: Sender | None = None
    _waiting: set[str] = field(default_factory=set)  # channels
    _results: list[tuple[str, bool, str]] = field(default_factory=list)

    @property
    def is_underway(self) -> bool:
        return bool(self._waiting)

    def begin(self, channels: list[str], asker: Sender) -> list[str]:
        """The names of the deliveries to begin, one for each channel."""
        self._asker, self._waiting, self._results = asker, set(channels), []
        return [f"{_PREFIX}{each}" for each in channels]

    @staticmethod
    def channel_of(delivery: str) -> str | None:
        """Of a delivery that is a test."""
        return delivery.removeprefix(_PREFIX) if delivery.startswith(_PREFIX) else None

    def note(self, result: Delivered, text: str) -> tuple[Sender, ChannelsTried] | None:
        """The answer, and whom to give it, once all have a result."""
        channel = result.name.removeprefix(_PREFIX)
        self._waiting.discard(channel)
        self._results.append((channel, result.is_delivered, text))
        if self._waiting or self._asker is None:
            return None
        return self._asker, ChannelsTried(tuple(sorted(self._results)))
