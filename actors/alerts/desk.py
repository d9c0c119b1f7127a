"""What the Alerts know and decide. Pure but for the file that remembers it: messages are sent by the actor."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actors.alerts.book import AlertBook
from actors.alerts.channel import Channel
from actors.alerts.deliveries import Delivered
from actors.alerts.heartbeat import Heartbeat
from actors.alerts.memory import ChannelMemory, Remembered, read_memory, write_memory
from actors.alerts.secret_parts import secret_parts
from actors.alerts.wording import Message
from lotkeeper.logging.masks import SecretMask
from lotkeeper.trading.alerts.causes import Cause
from lotkeeper.trading.alerts.states import AlertState
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.trouble_kinds import Severity, TroubleKind
from messages.alerts import AlertsReported, CausesFound, DiskSpace, PairSales, StartAlerts
from messages.control import AcknowledgeAlerts

HEARTBEAT = "heartbeat"
_CHANNEL = "channel "
_SILENT_AFTER_MS = 60_000  # the Monitor tells every few seconds what it finds


@dataclass(frozen=True, slots=True)
class Send:
    """What the actor is to deliver, by a process of its own."""

    name: str
    work: dict[str, Any]


class AlertsDesk:
    """Times by the wall clock."""

    def __init__(self, start: StartAlerts, host: str, now_ms: int) -> None:
        self._settings, self._host, self._started_ms = start.settings, host, start.started_ms
        self._path = Path(start.memory) if start.memory else None
        self.trouble = ""  # why nothing is remembered, for people
        known = self._recall()
        self.book = AlertBook(known.alerts, known.last_number, now_ms)
        self.channels = {each.rule.name: each for each in self._channels(known)}
        self.heartbeat = Heartbeat(start.settings.heartbeat_url, start.settings.heartbeat_every_ms)
        self._urls: dict[str, str] = {}
        self._mask = SecretMask(secret_parts([start.settings.heartbeat_url]))
        self._sales: dict[str, PairSales] = {}
        self._causes: tuple[Cause, ...] = ()
        self._heard_ms = now_ms  # of the Monitor

    def _recall(self) -> Remembered:
        if self._path is None:
            return Remembered()
        try:
            return read_memory(self._path)
        except (OSError, ValueError) as error:
            self.trouble = f"{self._path} cannot be read, so that what is open is told again: {error}"
            return Remembered()

    def _channels(self, known: Remembered) -> Iterator[Channel]:
        for rule in self._settings.channels:
            memory = known.channels.get(rule.name, ChannelMemory())
            is_told = memory.start_told_ms == self._started_ms
            text = "" if is_told else f"STARTED: lotkeeper {self._host} is up, and this channel gets its alerts"
            delivered_ms = memory.delivered_ms if known.started_ms == self._started_ms else None
            yield Channel(rule, self._host, text, dict(memory.sales), delivered_ms=delivered_ms)

    # What comes in

    def learn_channels(self, urls: dict[str, str]) -> None:
        """Their addresses, which nothing of this object ever shows."""
        self._urls = urls
        self._mask = SecretMask(secret_parts([self._settings.heartbeat_url, *urls.values()]))

    @property
    def needs_channels(self) -> bool:
        return bool(self.channels) and not self._urls

    def on_causes(self, message: CausesFound, now_ms: int) -> None:
        self._heard_ms, self._causes = now_ms, message.causes
        self._sales.update({each.symbol: each for each in message.sales})
        for channel in self.channels.values():
            channel.note_known(self._sales)
        self.heartbeat.note_proof(message.unproven, now_ms)
        if self.book.take(message.causes, now_ms):
            self.save()

    def look(self, now_ms: int) -> None:
        """Silence of the Monitor proves nothing, and is an alert of its own; what it said last stands."""
        silent_ms = now_ms - self._heard_ms
        if silent_ms < _SILENT_AFTER_MS:
            return
        text = f"nothing is known of the service for {silent_ms // 1000} s: its Monitor does not report"
        silence = Cause(TroubleKind.DEGRADED, "monitor", text, "lotkeeper restart", self._heard_ms)
        if self.book.take((*self._causes, silence), now_ms):
            self.save()

    def why_not_acknowledged(self, message: AcknowledgeAlerts) -> str:
        """What keeps these alerts from being acknowledged as the person saw them; empty where nothing does."""
        missing = [number for number in message.ids if self.book.numbered(number) is None]
        if missing:
            return f"no open alert has the number {', '.join(map(str, missing))}; lotkeeper alerts lists them"
        for number, shown in zip(message.ids, message.shown, strict=False):
            alert = self.book.numbered(number)
            if alert is not None and alert.severity.rank > Severity(shown).rank:
                return f"alert {number} has become {alert.severity} since it was shown; lotkeeper alerts lists it"
        return ""

    def acknowledge(self, message: AcknowledgeAlerts, now_ms: int) -> int:
        """How many are acknowledged now."""
        unseen = tuple(each.number for each in self.book.open if each.state is not AlertState.ACKNOWLEDGED)
        found = self.book.acknowledge(message.ids or unseen, message.who, now_ms, message.why)
        if found:
            self.save()
        return found

    # What goes out

    def due(self, now_ms: int) -> Iterator[Send]:
        """Each counts as under way from now on, until `note_delivered` has its result."""
        ping = self.heartbeat.next_ping(now_ms)
        if ping is not None:
            yield Send(HEARTBEAT, {"what": "ping", "url": ping.url, "body": self._mask.mask(ping.body)})
        alerts = list(self.book)
        for name, url in self._urls.items():
            channel = self.channels.get(name)
            message = channel and channel.next_message(alerts, self._sales, self._settings, now_ms)
            if channel and message:
                self._note_attempted(channel)
                yield Send(f"{_CHANNEL}{name}", self.notification(url, message))

    def _note_attempted(self, channel: Channel) -> None:
        """On file before it is sent: the process may end before it knows whether that arrived."""
        begun = channel.underway.begun() if channel.underway is not None else []
        if begun:
            self.book.note_attempted(channel.rule.name, begun)
            self.save()

    def notification(self, url: str, message: Message) -> dict[str, Any]:
        """The work of a process that sends it."""
        title, body = self._mask.mask(message.title), self._mask.mask(message.body)
        return {"what": "notify", "url": url, "title": title, "body": body, "severity": message.severity or ""}

    def url_of(self, channel: str) -> str | None:
        return self._urls.get(channel)

    def masked(self, text: str) -> str:
        """Without any part of an address."""
        return self._mask.mask(text)

    @property
    def is_waiting(self) -> bool:
        """Whether a message waits for its moment."""
        return any(each.pace.waiting_ms is not None for each in self.channels.values())

    def note_delivered(self, result: Delivered, now_ms: int) -> None:
        """The result of a message or a ping."""
        text = self.masked(result.text)
        if result.name == HEARTBEAT:
            self.heartbeat.note_result(is_delivered=result.is_delivered, text=text, now_ms=now_ms)
        else:
            self.note_channel(result.name.removeprefix(_CHANNEL), result.is_delivered, text, now_ms)

    def note_channel(self, name: str, is_delivered: bool, text: str, now_ms: int) -> None:
        channel = self.channels.get(name)
        if channel is None:
            return
        told = channel.note_result(is_delivered=is_delivered, text=text, now_ms=now_ms)
        if told is not None:
            self.book.note_delivered(name, told.told())
        if is_delivered:
            self.save()

    def note_tested(self, name: str, now_ms: int) -> None:
        """A test arrived by it: the channel works, and what waits for it is tried again at once."""
        channel = self.channels[name]
        channel.delivered_ms, channel.trouble, channel.pace = now_ms, "", replace(channel.pace, failures=0)
        self.save()

    # What is kept and told of it

    def save(self) -> None:
        """Tried again with the next change, where it cannot be written."""
        if self._path is None:
            return
        channels = {
            name: ChannelMemory(0 if each.start_text else self._started_ms, each.delivered_ms, each.sales_told)
            for name, each in self.channels.items()
        }
        try:
            write_memory(self._path, Remembered(tuple(self.book), self.book.last_number, self._started_ms, channels))
            self.trouble = ""
        except OSError as error:
            self.trouble = f"what was told cannot be kept in {self._path}: {error.strerror or error}"

    def report(self, disks: tuple[DiskSpace, ...], now_ms: int) -> AlertsReported:
        found = self.book.open
        return AlertsReported(
            now_ms,
            len(found),
            sum(each.state is not AlertState.ACKNOWLEDGED for each in found),
            tuple(each.state() for each in self.channels.values()),
            disks,
            self.heartbeat.state,
        )
