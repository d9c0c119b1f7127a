"""Monitor: collects what the actors say of themselves and answers for the health of the whole."""

from typing import Any

from actors.monitor.holdings import holdings_of
from actors.monitor.status import View, status_document
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from messages.control import AskStatus, StatusReported
from messages.health import (
    AskHoldings,
    ChildReported,
    FramesCounted,
    GatewayReported,
    HoldingsReported,
    LedgerReported,
    PairReported,
    PricesReported,
    StreamReported,
)
from messages.lifecycle import Peers, PeersChanged, StartMonitor
from messages.prices import PriceModeChanged, PricesChanged, SubscribePrices

_PRICES_EVERY_S = 0.25
_SUBSCRIBE_AGAIN_S = 30.0


class Monitor(EngineActor):
    """Holds nothing that its sources do not send again."""

    _peers = Peers()

    def __init__(self) -> None:
        super().__init__()
        self._view = View()

    @handles(StartMonitor)
    def _begin(self, message: StartMonitor, sender: Sender) -> None:
        self._view.symbols, self._view.started_ms = message.symbols, message.started_ms
        self.wake_in(_SUBSCRIBE_AGAIN_S)

    @handles(PeersChanged)
    def _on_peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        newcomers, self._peers = message.peers.newcomers(self._peers), message.peers
        if newcomers.prices is not None:
            self._subscribe()

    def _subscribe(self) -> None:
        if self._peers.prices is not None:
            self.send(self._peers.prices, SubscribePrices((), _PRICES_EVERY_S))

    def on_wakeup(self, payload: Any) -> None:
        self.wake_in(_SUBSCRIBE_AGAIN_S)
        self._subscribe()

    @handles(PairReported)
    def _pair_reported(self, message: PairReported, sender: Sender) -> None:
        self._view.pairs[message.symbol] = message

    @handles(StreamReported)
    def _stream_reported(self, message: StreamReported, sender: Sender) -> None:
        self._view.streams[message.symbol] = (message, self.wall_ms())

    @handles(GatewayReported)
    def _gateway_reported(self, message: GatewayReported, sender: Sender) -> None:
        self._view.gateway = message

    @handles(LedgerReported)
    def _ledger_reported(self, message: LedgerReported, sender: Sender) -> None:
        self._view.ledger = message

    @handles(ChildReported)
    def _child_reported(self, message: ChildReported, sender: Sender) -> None:
        self._view.children[message.key] = message

    @handles(PricesChanged)
    def _prices_changed(self, message: PricesChanged, sender: Sender) -> None:
        self._view.prices.update({price.symbol: price for price in message.prices})

    @handles(PricesReported)
    def _prices_reported(self, message: PricesReported, sender: Sender) -> None:
        self._view.broadcast = message

    @handles(PriceModeChanged)
    def _price_mode_changed(self, message: PriceModeChanged, sender: Sender) -> None:
        self._view.modes[message.symbol] = message

    @handles(FramesCounted)
    def _frames_counted(self, message: FramesCounted, sender: Sender) -> None:
        self._view.frames[message.symbol] = message

    @handles(AskHoldings)
    def _holdings(self, message: AskHoldings, sender: Sender) -> None:
        holdings = tuple(holdings_of(self._view, message.base, message.symbol))
        self.reply(sender, HoldingsReported(message.number, holdings))

    @handles(AskStatus)
    def _status(self, message: AskStatus, sender: Sender) -> None:
        self.reply(sender, StatusReported(status_document(self._view, self.wall_ms())))
