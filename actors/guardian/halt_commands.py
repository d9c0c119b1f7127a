"""Pause, resume and the kill switch: on file before they are answered, and told to whom they concern."""

from actors.guardian.children import GATEWAY, LEDGER
from actors.guardian.halting import kill_switch_text
from actors.guardian.state import GuardianState
from actors.guardian.wakeups import HaltsDue
from actors.supervising import forward_to_child
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.supervision import Supervisor
from lotkeeper.trading.halts import Halts
from lotkeeper.trading.log_events import LogEvent, named
from messages.control import CommandDone, CommandRefused, SetKillSwitch
from messages.ledger import RecordHalts
from messages.lifecycle import ChangeKillSwitch, KillSwitchApplied
from messages.pair_commands import PausePair, ResumePair

_KEEP_AGAIN_S = 2.0


class HaltCommands:
    """What a person halts, and ends again."""

    def __init__(self, guardian: Supervisor, state: GuardianState) -> None:
        self._guardian, self._halting = guardian, state.halting
        self._switching: list[Sender] = []  # those that wait until the Gateway has the kill switch as they want it

    def pause(self, message: PausePair, sender: Sender) -> None:
        """It is on file before the keeper answers, and the Ledger has it before a new keeper asks."""
        now_ms = self._guardian.wall_ms()
        if refusal := self._halting.pause_refusal(message, now_ms):
            self._guardian.reply(sender, CommandRefused(refusal))
        else:
            self._forward(self._halting.pause(message, now_ms), sender)

    def resume(self, message: ResumePair, sender: Sender) -> None:
        """The same of its end."""
        now_ms = self._guardian.wall_ms()
        if refusal := self._halting.pause_refusal(message, now_ms):
            self._guardian.reply(sender, CommandRefused(refusal))
        else:
            self._halting.resume(message, now_ms)
            self._forward(message, sender)

    def _forward(self, message: PausePair | ResumePair, sender: Sender) -> None:
        symbol = message.symbol
        self._record()
        if not self._halting.trouble:
            forward_to_child(self._guardian, symbol, message, sender, name=symbol)
            return
        done = "is paused" if isinstance(message, PausePair) else "is resumed"
        child = self._guardian.child(symbol)
        if child is not None:
            self._guardian.send(child, message)
        self._guardian.reply(sender, CommandRefused(f"{symbol} {done}, but {self._halting.trouble}"))

    def set_kill_switch(self, message: SetKillSwitch, sender: Sender) -> None:
        """The Gateway has it at once; the answer waits until that says so, and until it is on file."""
        if refusal := self._halting.switch_refusal(message, self._guardian.wall_ms()):
            self._guardian.reply(sender, CommandRefused(refusal))
            return
        if self._halting.set_kill_switch(message, self._guardian.wall_ms()):
            text = kill_switch_text(self._halting.halts.kill_switch)
            self._guardian.log.warning("%s", text, extra=named(LogEvent.KILL_SWITCH))
            if message.is_on:
                self._send_kill_switch()  # a slow disk must not let an order pass
            self._halting.save()
            self._record()
        self._switching.append(sender)
        self._send_kill_switch()
        if self._guardian.child(GATEWAY) is None:
            self.answer_switching()  # none runs, and the next one begins with it

    def _send_kill_switch(self) -> None:
        gateway = self._guardian.child(GATEWAY)
        if gateway is not None:
            self._guardian.send(gateway, ChangeKillSwitch(self._halting.halts.kill_switch))

    def on_applied(self, message: KillSwitchApplied) -> None:
        """The Gateway obeys it."""
        if message.kill_switch == self._halting.halts.kill_switch:
            self.answer_switching()

    def answer_switching(self) -> None:
        """The Gateway has the kill switch as it is now."""
        waiting, self._switching = self._switching, []
        trouble = self._halting.trouble
        text = kill_switch_text(self._halting.halts.kill_switch)
        answer = CommandRefused(f"{text}, but {trouble}") if trouble else CommandDone(text)
        for sender in waiting:
            self._guardian.reply(sender, answer)

    def merge(self, halts: Halts) -> None:
        """The Ledger has read what the database knows."""
        if self._halting.merge(halts):
            self._send_kill_switch()

    def _record(self) -> None:
        ledger = self._guardian.child(LEDGER)
        if ledger is not None:  # else the next one begins with them
            self._guardian.send(ledger, RecordHalts(self._halting.halts))
        self._save_later()

    def save_again(self) -> None:
        """The file could not be written before."""
        if self._halting.trouble:
            self._halting.save()
            self._save_later()

    def _save_later(self) -> None:
        if self._halting.trouble:
            text = self._halting.trouble
            self._guardian.log.error("what was halted: %s", text, extra=named(LogEvent.HALTS_TROUBLE))
            self._guardian.wake_in(_KEEP_AGAIN_S, HaltsDue())
