"""FeeReserve: looks after the BNB for fees. Runs only where `fees.bnb` of the configuration says so."""

from dataclasses import dataclass
from typing import Any

from actors.fee_reserve.core import Effects, FeeReserveCore, LookIn, Note, ToPeer
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.log_events import LogEvent, named
from messages.fees import BoughtForFees, FeeBuyRefused, FeeBuyUnknown, FeeReserveReported, FeesPaidFetched
from messages.lifecycle import Peers, PeersChanged, StartFeeReserve
from messages.queries import BalanceFetched, FetchFailed, MarketFetched, OrdersFetched, TopFetched

_FIRST_S = 3.0  # after the start, when pairs and SELLs have gone first


@dataclass(frozen=True, slots=True)
class _Look:
    """Wake-up: begin a round. Only the newest one counts."""

    number: int


class FeeReserve(EngineActor):
    """Hands each message to its core, and carries out what follows."""

    _core: FeeReserveCore | None = None
    _peers = Peers()
    _look_number = 0
    _reported: FeeReserveReported | None = None

    @handles(StartFeeReserve)
    def _begin(self, message: StartFeeReserve, sender: Sender) -> None:
        self._peers = message.peers
        self._core = FeeReserveCore(message.settings, message.symbol, message.recv_window_ms, self.wall_ms())
        self._carry_out(iter((LookIn(_FIRST_S),)))

    @handles(PeersChanged)
    def _on_peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        newcomers, self._peers = message.peers.newcomers(self._peers), message.peers
        if newcomers.monitor is not None:
            self._reported = None
        if self._core is not None:
            self._carry_out(self._core.meet_stream() if newcomers.user_stream is not None else iter(()))

    @handles(BalanceFetched, MarketFetched, FeesPaidFetched, TopFetched, OrdersFetched)
    def _on_answer(self, message: Any, sender: Sender) -> None:
        if self._core is not None:
            self._carry_out(self._core.on_answer(message, self.wall_ms()))

    @handles(FetchFailed)
    def _on_failed(self, message: FetchFailed, sender: Sender) -> None:
        if self._core is not None:
            self._carry_out(self._core.on_failed(message, self.wall_ms()))

    @handles(BoughtForFees)
    def _on_bought(self, message: BoughtForFees, sender: Sender) -> None:
        if self._core is not None:
            self._carry_out(self._core.on_bought(message, self.wall_ms()))

    @handles(FeeBuyRefused)
    def _on_refused(self, message: FeeBuyRefused, sender: Sender) -> None:
        if self._core is not None:
            self._carry_out(self._core.on_refused(message, self.wall_ms()))

    @handles(FeeBuyUnknown)
    def _on_unknown(self, message: FeeBuyUnknown, sender: Sender) -> None:
        if self._core is not None:
            self._carry_out(self._core.on_unknown(message, self.wall_ms()))

    def on_wakeup(self, payload: Any) -> None:
        if self._core is not None and isinstance(payload, _Look) and payload.number == self._look_number:
            self._carry_out(self._core.look(self.wall_ms()))

    def _carry_out(self, effects: Effects) -> None:
        for effect in effects:
            match effect:
                case ToPeer(peer, message):
                    address = getattr(self._peers, peer)
                    if address is not None:
                        self.send(address, message)
                case Note(level, text):
                    self.log.log(level, "%s", text, extra=named(LogEvent.FEE_RESERVE))
                case LookIn(seconds):
                    self._look_number += 1
                    self.wake_in(seconds, _Look(self._look_number))
        self._report()

    def _report(self) -> None:
        """Whenever it has changed, and to each new Monitor."""
        assert self._core is not None
        if self._peers.monitor is not None and self._core.report != self._reported:
            self._reported = self._core.report
            self.send(self._peers.monitor, self._reported)
