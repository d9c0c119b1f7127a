"""PairSupervisor: one a trade pair; keeps its market stream and its keeper alive and the old keepers fenced off."""

from dataclasses import dataclass
from typing import Any, get_args

from actors.market_stream.actor import MarketStream
from actors.pair_keeper.actor import PairKeeper
from actors.supervising import ReportingSupervisor
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.supervision import ChildSpec, TryAgain
from lotkeeper.exchange.websocket.connect_policy import poll_every_s
from messages.control import PairCommand, Refused
from messages.lifecycle import (
    FencePair,
    Peers,
    PeersChanged,
    StartKeeper,
    StartMarketStream,
    StartPair,
)

KEEPER = "keeper"
STREAM = "stream"
_AWHILE = TryAgain(30.0)


@dataclass(frozen=True, slots=True)
class _BeginStream:
    """Wake-up: the keepers have had their turn."""


class PairSupervisor(ReportingSupervisor):
    """The keeper's incarnation number is given here; the Gateway obeys the newest alone."""

    _settings: StartPair
    _peers = Peers()

    @handles(StartPair)
    def _begin(self, message: StartPair, sender: Sender) -> None:
        self._settings, self._peers = message, message.peers
        keeper = ChildSpec(self._key(KEEPER), PairKeeper, self._start_keeper, on_give_up=_AWHILE)
        if message.stream_after_s:
            self.supervise(keeper)
            self.wake_in(message.stream_after_s, _BeginStream())
        else:
            self.supervise(keeper, self._stream())

    def on_wakeup(self, payload: Any) -> None:
        if isinstance(payload, _BeginStream):
            self.supervise(self._stream())

    def _stream(self) -> ChildSpec:
        return ChildSpec(self._key(STREAM), MarketStream, self._start_stream, on_give_up=_AWHILE, hang_timeout_s=30.0)

    def _start_keeper(self, incarnation: int) -> StartKeeper:
        self._fence(incarnation)
        return StartKeeper(
            pair=self._settings.pair,
            incarnation=incarnation,
            recv_window_ms=self._settings.settings.recv_window_ms,
            poll_every_s=poll_every_s(len(self._settings.settings.pairs)),
            peers=self._peers,
        )

    def _start_stream(self, _: int) -> StartMarketStream:
        settings = self._settings.settings
        return StartMarketStream(
            symbol=self._symbol,
            stream_url=settings.stream_url,
            silent_after_s=settings.silent_after_s,
            renew_after_s=settings.renew_after_s,
            peers=self._peers,
        )

    def _fence(self, incarnation: int) -> None:
        if self._peers.gateway is not None:
            self.send(self._peers.gateway, FencePair(self._symbol, incarnation))

    @handles(PeersChanged)
    def _neighbours_changed(self, message: PeersChanged, sender: Sender) -> None:
        old, self._peers = self._peers, message.peers
        if old.gateway != self._peers.gateway and self.child(self._key(KEEPER)) is not None:
            self._fence(self.incarnation(self._key(KEEPER)))
        self.introduce()
        if old.monitor != self._peers.monitor:
            self.report_children()

    @handles(*get_args(PairCommand))
    def _control(self, message: PairCommand, sender: Sender) -> None:
        keeper = self.child(self._key(KEEPER))
        if keeper is None:
            self.reply(sender, Refused(f"the keeper of {self._symbol} is being restarted; try again in a moment"))
        else:
            self.forward(keeper, message, sender)

    def introduction(self) -> PeersChanged:
        return PeersChanged(self._peers)

    def monitor(self) -> Any:
        return self._peers.monitor

    def _key(self, child: str) -> str:
        return f"{self._symbol} {child}"

    @property
    def _symbol(self) -> str:
        return self._settings.pair.symbol
