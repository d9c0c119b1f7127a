"""What a person has halted, as the Guardian keeps it: in memory, and in a file that is written before it answers."""

from pathlib import Path

from lotkeeper.trading.halts import Halt, Halts, utc
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.shown import changed_text
from messages.control import SetKillSwitch
from messages.pair_commands import PausePair, ResumePair
from persistence.halts_file import read_halts, write_halts


class Halting:
    """Each change is put on file at once; where that fails it is in force all the same, and is tried again."""

    def __init__(self) -> None:
        self.halts = Halts()
        self.trouble = ""  # why the file is not as it should be, for people; empty for nothing
        self._path: Path | None = None  # None: it is kept nowhere

    def begin(self, path: str, now_ms: int) -> None:
        """Reads what an earlier process kept. With a file that cannot be read the kill switch is on."""
        self._path = Path(path) if path else None
        if self._path is not None:
            self.halts = read_halts(self._path, now_ms)

    def pause_refusal(self, message: PausePair | ResumePair, now_ms: int) -> str:
        """Why it is refused: somebody has changed the pause since the person saw it; empty where it is not."""
        halt = self.halts.pause(message.symbol)
        if not _is_stale(halt, message.shown_ms, now_ms):
            return ""
        return changed_text(pause_text(message.symbol, halt, is_on=halt.is_in_force(now_ms)))

    def switch_refusal(self, message: SetKillSwitch, now_ms: int) -> str:
        """The same of the kill switch."""
        switch = self.halts.kill_switch
        return changed_text(kill_switch_text(switch)) if _is_stale(switch, message.shown_ms, now_ms) else ""

    def pause(self, message: PausePair, now_ms: int) -> PausePair:
        """The command with the moment since which the pair is paused: the first one, where it is repeated."""
        before = self.halts.pause(message.symbol)
        halt = before.changed(is_on=True, now_ms=now_ms, until_ms=message.until_ms, who=message.who, why=message.why)
        self._keep(self.halts.with_pause(message.symbol, halt))
        return replace(message, who=halt.who, why=halt.why, at_ms=halt.at_ms)

    def resume(self, message: ResumePair, now_ms: int) -> None:
        """Also of a pair that is not paused: the Ledger ends its watch-only by it."""
        at_ms = max(now_ms, self.halts.pause(message.symbol).at_ms + 1)
        self._keep(self.halts.with_pause(message.symbol, Halt(False, at_ms, None, message.who, message.why)))

    def set_kill_switch(self, message: SetKillSwitch, now_ms: int) -> bool:
        """Whether it was otherwise before. In memory alone: the Gateway has it before it is saved."""
        before = self.halts.kill_switch
        after = before.changed(is_on=message.is_on, now_ms=now_ms, who=message.who, why=message.why)
        self.halts = replace(self.halts, kill_switch=after)
        return after != before

    def merge(self, halts: Halts) -> bool:
        """The database may know better, for example after a move to another machine; whether the switch changes."""
        before = self.halts.kill_switch
        self._keep(self.halts.merged(halts))
        return self.halts.kill_switch != before

    def _keep(self, halts: Halts) -> None:
        if halts != self.halts or self.trouble:
            self.halts = halts
            self.save()

    def save(self) -> None:
        """Puts it on file."""
        self.trouble = ""
        if self._path is None:
            return
        try:
            write_halts(self._path, self.halts)
        except OSError as error:
            self.trouble = f"it cannot be kept in {self._path}: {error.strerror or error}"


def _is_stale(halt: Halt, shown_ms: int | None, now_ms: int) -> bool:
    """Of a halt that was never changed here the database may know more than this process."""
    since_ms = halt.at_ms if halt.is_in_force(now_ms) else 0
    return bool(halt.at_ms) and shown_ms not in (None, since_ms)


def pause_text(symbol: str, halt: Halt, *, is_on: bool) -> str:
    """Whether a pair is paused, for people."""
    by = f" by {halt.who}" if halt.who else ""
    why = f" ({halt.why})" if halt.why else ""
    return f"{symbol} is {'paused' if is_on else 'resumed'} since {utc(halt.at_ms)}{by}{why}"


def kill_switch_text(halt: Halt) -> str:
    """What is true with it, for people."""
    by = f" by {halt.who}" if halt.who else ""
    why = f" ({halt.why})" if halt.why else ""
    if halt.is_on:
        return f"the kill switch is on since {utc(halt.at_ms)}{by}{why}: no order is placed on any pair"
    return f"the kill switch is off{by}{why}: what has no SELL gets one"
