"""PairSupervisor: one a trade pair; keeps its keeper running and fences off old keepers."""

from dataclasses import replace
from typing import get_args

from actors.pacing import pace_of
from actors.pair_keeper.actor import PairKeeper
from actors.supervising import RETRY_LATER, child_report, forward_to_child
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.supervision import ChildSpec, ChildStatus, Supervisor
from lotkeeper.exchange.websocket.connect_policy import poll_every_s
from messages.lifecycle import (
    ChangePolicy,
    FencePair,
    Peers,
    PeersChanged,
    StartKeeper,
    StartPair,
)
from messages.pair_commands import PairCommand

KEEPER = "keeper"


class PairSupervisor(Supervisor):
    """Gives each keeper its incarnation number; the Gateway obeys only the newest."""

    _settings: StartPair
    _peers = Peers()

    @handles(StartPair)
    def _begin(self, message: StartPair, sender: Sender) -> None:
        self._settings, self._peers = message, message.peers
        self.supervise(ChildSpec(self._key(KEEPER), PairKeeper, self._start_keeper, on_give_up=RETRY_LATER))

    def _start_keeper(self, incarnation: int) -> StartKeeper:
        self._fence(incarnation)
        symbols = [pair.symbol for pair in self._settings.settings.pairs]
        return StartKeeper(
            pair=self._settings.pair,
            incarnation=incarnation,
            recv_window_ms=self._settings.settings.recv_window_ms,
            poll_every_s=poll_every_s(len(symbols)),
            peers=self._peers,
            pace=pace_of(symbols.index(self._symbol) if self._symbol in symbols else 0, len(symbols)),
        )

    def _fence(self, incarnation: int) -> None:
        if self._peers.gateway is not None:
            self.send(self._peers.gateway, FencePair(self._symbol, incarnation))

    @handles(PeersChanged)
    def _on_peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        newcomers, self._peers = message.peers.newcomers(self._peers), message.peers
        if newcomers.gateway is not None and self.child(self._key(KEEPER)) is not None:
            self._fence(self.incarnation(self._key(KEEPER)))
        self.introduce()
        if newcomers.monitor is not None:
            self._report_children()

    @handles(ChangePolicy)
    def _change_policy(self, message: ChangePolicy, sender: Sender) -> None:
        """For this keeper and the next ones."""
        self._settings = replace(self._settings, pair=message.pair)
        keeper = self.child(self._key(KEEPER))
        if keeper is not None:
            self.send(keeper, message)

    @handles(*get_args(PairCommand))
    def _command_keeper(self, message: PairCommand, sender: Sender) -> None:
        forward_to_child(self, self._key(KEEPER), message, sender, name=f"keeper of {self._symbol}")

    def introduction(self) -> PeersChanged:
        return PeersChanged(self._peers)

    def on_child_status(self, status: ChildStatus) -> None:
        if self._peers.monitor is not None:
            self.send(self._peers.monitor, child_report(status))

    def _report_children(self) -> None:
        """Reports every child again, since a new Monitor knows none."""
        for status in self.child_statuses():
            self.on_child_status(status)

    def _key(self, child: str) -> str:
        return f"{self._symbol} {child}"

    @property
    def _symbol(self) -> str:
        return self._settings.pair.symbol
