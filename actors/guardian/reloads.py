"""A configuration that is read again: settings that change, pairs that come, and pairs that go."""

from collections import deque
from dataclasses import replace

from actors.guardian.children import GATEWAY, MONITOR, PRICES, USER_STREAM
from actors.guardian.leaving_pairs import LeavingPairs, last_question, leaving_after
from actors.guardian.market_streams import MarketStreams
from actors.guardian.pair_starts import PairStarts
from actors.guardian.settings_change import LOG_LEVEL, added_pairs, changed_pairs, removed_pairs, settings_change
from actors.guardian.state import GuardianState
from actors.guardian.wakeups import LeavingDue, PairEndDue
from lotkeeper.engine.asking import Answer, Sender
from lotkeeper.engine.supervision import Supervisor
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.trading.shown import changed_text
from messages.configuration import ConfigReloaded, ReloadConfig
from messages.control import CommandRefused
from messages.lifecycle import (
    ChangePolicy,
    FencePair,
    KeepSettings,
    LeavingPair,
    PairLeft,
    PairsChanged,
    ServiceSettings,
    SettingsKept,
)


class Reloads:
    """The launcher keeps new settings first, for it starts the next Guardian; then they are in force."""

    def __init__(
        self, guardian: Supervisor, state: GuardianState, starts: PairStarts, market_streams: MarketStreams
    ) -> None:
        self._guardian, self._state, self._leaving = guardian, state, state.leaving
        self._starts, self._market_streams = starts, market_streams
        # Those that wait for the launcher, in order.
        self._reloads: deque[tuple[Sender, ReloadConfig, ConfigReloaded]] = deque()

    def resume_leaving(self) -> None:
        """Pairs that a Guardian before has taken out are compared, and end."""
        leaving = self._state.start.leaving
        self._leaving.resume(leaving)
        for each in leaving:
            symbol = each.pair.symbol
            self._guardian.wake_in(self._leaving.within_s(symbol), PairEndDue(symbol))

    def reload(self, message: ReloadConfig, sender: Sender) -> None:
        found = settings_change(self._state.settings, message.settings)
        answer = ConfigReloaded(found.in_force, found.at_restart)
        if message.shown not in (None, answer):
            now = ", ".join(f"{each.key}: {each.before} -> {each.now}" for each in found.in_force)
            self._guardian.reply(sender, CommandRefused(changed_text(now or "nothing differs")))
        elif message.is_dry_run or found.settings == self._state.settings:
            self._leaving.wait(sender, answer, () if message.is_dry_run else self._leaving.untold)
            self._answer()
        else:
            self._reloads.append((sender, message, answer))
            leaving = leaving_after(self._leaving, self._state.settings, found.settings, message)
            self._guardian.send(self._state.launcher, KeepSettings(found.settings, leaving))

    def on_settings_kept(self, message: SettingsKept) -> None:
        """The launcher has them, or says why not."""
        sender, command, answer = self._reloads.popleft() if self._reloads else (None, None, None)
        if message.trouble:
            if sender is not None:
                self._guardian.reply(sender, CommandRefused(f"nothing was changed: {message.trouble}"))
            return
        who, why = (command.who, command.why) if command is not None else ("", "")
        before = self._state.settings
        self._state.start = replace(self._state.start, settings=message.settings)
        self._change_policies(before, who, why)
        self._change_log_level(before)
        gone = removed_pairs(before, message.settings)
        if sender is not None and answer is not None:
            self._leaving.wait(sender, answer, tuple(each.symbol for each in gone))
        for pair in gone:
            self._take_out(LeavingPair(pair, who, why))
        self._add_pairs(before)
        self._answer()

    def _change_policies(self, before: ServiceSettings, who: str, why: str) -> None:
        for pair in changed_pairs(before, self._state.settings):
            child = self._guardian.child(pair.symbol)
            if child is not None:  # one that is being started again, or that waits for its start, gets them then
                self._guardian.send(child, ChangePolicy(pair, who, why))

    def _change_log_level(self, before: ServiceSettings) -> None:
        known, level = (dict(each.keys).get(LOG_LEVEL, "") for each in (before, self._state.settings))
        if level != known:
            self._guardian.use_configured_level(level)

    def _add_pairs(self, before: ServiceSettings) -> None:
        added = added_pairs(before, self._state.settings)
        if added:
            self._starts.add(added)
            self._tell_pairs()
            self._starts.start_some()

    # Pairs that go

    def _take_out(self, leaving: LeavingPair) -> None:
        """Its keeper compares its book with the exchange once more, and is ended when it has, or soon."""
        symbol = leaving.pair.symbol
        self._starts.drop(symbol)
        self._leaving.begin(leaving)
        if self._ask_last_comparison(leaving):
            self._guardian.wake_in(self._leaving.within_s(symbol), PairEndDue(symbol))
        else:
            self.end_pair(symbol)

    def _ask_last_comparison(self, leaving: LeavingPair) -> bool:
        """Whether there is somebody to ask."""
        child = self._guardian.child(leaving.pair.symbol)
        if child is not None:
            self._guardian.forward(child, *last_question(leaving, self._guardian.myAddress))
        return child is not None

    def ask_leaving_again(self) -> None:
        """Those of a Guardian before, until their keepers have opened their books and answer."""
        if again := self._leaving.to_ask_again:
            for each in again:
                self._ask_last_comparison(each)
            self._guardian.wake_in(LeavingPairs.ASK_AGAIN_S, LeavingDue())

    def on_answer(self, message: Answer) -> None:
        """A keeper has compared its book for the last time."""
        if symbol := self._leaving.note(message):
            self._guardian.wake_in(LeavingPairs.RECORDED_AFTER_S, PairEndDue(symbol))

    def end_pair(self, symbol: str) -> None:
        """No order of its keeper is sent from here on; SELLs on the book stay."""
        if symbol not in self._leaving:
            return
        gateway = self._guardian.child(GATEWAY)
        if gateway is not None:
            self._guardian.send(gateway, FencePair(symbol, self._guardian.wall_ns()))
        self._guardian.log.info("%s", self._leaving.end(symbol), extra=named(LogEvent.PAIR_LEFT))
        self._guardian.send(self._state.launcher, PairLeft(symbol))
        self._guardian.dismiss(symbol)
        self._tell_pairs()
        self._answer()

    def _tell_pairs(self) -> None:
        """The streams first: what they still report of a pair that has gone, the broadcaster is not to believe."""
        self._market_streams.follow_pairs()
        for key in (MONITOR, GATEWAY, USER_STREAM, PRICES):
            child = self._guardian.child(key)
            if child is not None:
                self._guardian.send(child, PairsChanged(self._state.kept))

    def _answer(self) -> None:
        for sender, answer in self._leaving.pop_done():
            self._guardian.reply(sender, answer)
