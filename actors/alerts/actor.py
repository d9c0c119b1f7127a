"""Alerts: tells people what the Monitor finds wrong, and the outside that all is well. Nobody waits for it."""

import logging
import socket
from typing import Any

from actors.alerts.channel_trials import ChannelTrials, trial_message
from actors.alerts.deliveries import Delivered, Deliveries
from actors.alerts.desk import AlertsDesk, Send
from actors.alerts.disks import free_space
from actors.alerts.listing import listed
from actors.alerts.secret_parts import secret_parts
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.logging.setup import hide
from lotkeeper.trading.log_events import LogEvent, named
from messages.alerts import CausesFound, ChannelAddresses, DiskSpace, RequestChannels, StartAlerts
from messages.control import AcknowledgeAlerts, AskAlerts, CommandDone, CommandRefused, TryChannels
from messages.lifecycle import PeersChanged

_LOOK_S = 5.0
_LOOK_SOON_S = 1.0  # while a message waits for its moment or is under way
_DISKS_EVERY_S = 30.0
_COMPLAIN_EVERY_S = 300.0
_NEVER = float("-inf")


class Alerts(EngineActor):
    """What is slow or hangs here are the channels, each in a process of its own, which is ended after its time."""

    _start: StartAlerts | None = None
    _desk: AlertsDesk
    _monitor: Any = None
    _disks: tuple[DiskSpace, ...] = ()
    _measured_at = _NEVER  # the disks (monotonic clock)
    _complained_at = _NEVER

    def __init__(self) -> None:
        super().__init__()
        self._deliveries = Deliveries()
        self._trials = ChannelTrials()

    @handles(StartAlerts)
    def _begin(self, message: StartAlerts, sender: Sender) -> None:
        self._start, self._monitor = message, message.monitor
        hide(secret_parts([message.settings.heartbeat_url]))
        self._desk = AlertsDesk(message, socket.gethostname(), self.wall_ms())
        self._look()
        self.wake_in(_LOOK_SOON_S)

    @handles(PeersChanged)
    def _on_peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        if self._start is not None:
            self._monitor = message.peers.monitor
            self._report()

    @handles(ChannelAddresses)
    def _on_addresses(self, message: ChannelAddresses, sender: Sender) -> None:
        urls = dict(message.urls)
        hide(secret_parts(urls.values()))
        if self._start is not None:
            self._desk.learn_channels(urls)

    @handles(CausesFound)
    def _on_causes(self, message: CausesFound, sender: Sender) -> None:
        if self._start is not None:
            self._desk.on_causes(message, self.wall_ms())
            self._send_due()

    def watched(self) -> list[int]:
        return self._deliveries.watched()

    def on_readable(self, descriptors: Any) -> None:
        self._note_all(self._deliveries.take(list(descriptors)))

    def on_wakeup(self, payload: Any) -> None:
        self._look()
        is_soon = self._desk.is_waiting or bool(self._deliveries.watched())
        self.wake_in(_LOOK_SOON_S if is_soon else _LOOK_S)

    def _look(self) -> None:
        if self._desk.needs_channels and self._start is not None:
            self.send(self._start.launcher, RequestChannels(self.myAddress))
        self._note_all(self._deliveries.overdue(self.monotonic()))
        self._desk.look(self.wall_ms())
        self._measure_disks()
        self._send_due()
        self._report()
        self._complain()

    def _measure_disks(self) -> None:
        if self._start is not None and self.monotonic() - self._measured_at >= _DISKS_EVERY_S:
            self._measured_at = self.monotonic()
            self._disks = free_space(self._start.folders, self._start.settings.min_free_disk_bytes)

    def _send_due(self) -> None:
        for each in list(self._desk.due(self.wall_ms())):
            self._deliver(each)

    def _deliver(self, send: Send) -> None:
        try:
            self._deliveries.begin(send.name, send.work, self.monotonic())
        except OSError as error:
            self._note(Delivered(send.name, False, f"no process can be started: {error.strerror or error}"))

    def _note_all(self, results: list[Delivered]) -> None:
        for each in results:
            self._note(each)

    def _note(self, result: Delivered) -> None:
        now_ms, text = self.wall_ms(), self._desk.masked(result.text)
        self.log.log(
            logging.INFO if result.is_delivered else logging.WARNING,
            "%s: %s",
            result.name,
            text,
            extra=named(LogEvent.ALERT_SENT),
        )
        channel = self._trials.channel_of(result.name)
        if channel is None:
            self._desk.note_delivered(result, now_ms)
        else:
            self._note_test(channel, result, text)
        self._report()

    # The command line

    @handles(AskAlerts)
    def _list(self, message: AskAlerts, sender: Sender) -> None:
        self.reply(sender, listed(self._desk.book, self._desk.channels.values(), is_open_only=message.is_open_only))

    @handles(AcknowledgeAlerts)
    def _acknowledge(self, message: AcknowledgeAlerts, sender: Sender) -> None:
        if refusal := self._desk.why_not_acknowledged(message):
            self.reply(sender, CommandRefused(refusal))
            return
        found = self._desk.acknowledge(message, self.wall_ms())
        self.reply(sender, CommandDone(f"acknowledged: {found}; they are not repeated"))
        self._report()

    @handles(TryChannels)
    def _test(self, message: TryChannels, sender: Sender) -> None:
        """Answered when every channel has taken the message, or has not in its time."""
        names = [message.name] if message.name else list(self._desk.channels)
        refusal = self._why_no_test(names)
        if refusal:
            self.reply(sender, CommandRefused(refusal))
            return
        text = trial_message(socket.gethostname(), message.who)
        for delivery in self._trials.begin(names, sender):
            url = self._desk.url_of(str(self._trials.channel_of(delivery)))
            self._deliver(Send(delivery, self._desk.notification(url or "", text)))

    def _why_no_test(self, names: list[str]) -> str:
        if not self._desk.channels:
            return "no channel is configured: alerts.channels names them"
        unknown = next((each for each in names if each not in self._desk.channels), None)
        if unknown is not None:
            return f"{unknown} is no channel of alerts.channels: {', '.join(self._desk.channels)}"
        if self._trials.is_underway:
            return "another test is under way; try again in half a minute"
        return (
            "the addresses of the channels are not here yet; try again in a moment" if self._desk.needs_channels else ""
        )

    def _note_test(self, channel: str, result: Delivered, text: str) -> None:
        if result.is_delivered:
            self._desk.note_tested(channel, self.wall_ms())
        answer = self._trials.note(result, text)
        if answer is not None:
            self.reply(*answer)

    def _report(self) -> None:
        if self._monitor is not None:
            self.send(self._monitor, self._desk.report(self._disks, self.wall_ms()))

    def _complain(self) -> None:
        if self._desk.trouble and self.monotonic() - self._complained_at >= _COMPLAIN_EVERY_S:
            self._complained_at = self.monotonic()
            self.log.error("%s", self._desk.trouble, extra=named(LogEvent.ALERTS_TROUBLE))

    def on_exit(self) -> None:
        self._deliveries.end_all()
