"""PairKeeper: the lots of one pair. Hands each message to the core and carries out the effects that come back."""

import time
from typing import Any

from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Effect, Exit, Log, Moment, Raise, Reply, Send, Wake
from actors.pair_keeper.tags import MessageQuarantined
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.logging.late_lines import write_line
from lotkeeper.trading.log_events import EVENT_FIELD, LogEvent, named
from messages.account import BalanceMoved, OrderReported, StreamLost, StreamProven
from messages.health import AskReport, HoldingsReported
from messages.ledger import BacklogWritten, LedgerFailed, LotsKept, LotsRecorded, PairLoaded
from messages.lifecycle import ChangePolicy, PeersChanged, StartKeeper
from messages.orders import (
    CancelOutcomeUnknown,
    CancelRefused,
    KeeperIntroduced,
    KillSwitchChanged,
    SellBlocked,
    SellCanceled,
    SellFenced,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
)
from messages.pair_commands import (
    AdoptCoins,
    AdoptOrder,
    AdoptSince,
    BuyCoins,
    CancelOrder,
    DismissCoins,
    PausePair,
    ReconcilePair,
    ReleaseLot,
    ResolveOrder,
    ResumePair,
    SellLot,
    WithdrawSale,
)
from messages.prices import BidReached
from messages.purchases import BuyOutcomeUnknown, BuyPlaced, BuyRefused, PurchaseRecorded
from messages.queries import (
    BalanceFetched,
    FetchFailed,
    MarketFetched,
    OrdersFetched,
    ReferenceFetched,
    TopFetched,
    TradesFetched,
)


class PairKeeper(EngineActor):
    """Keeps every lot of its pair until it is sold."""

    core: KeeperCore | None = None  # made by StartKeeper, which comes before everything else

    @handles(StartKeeper)
    def _start(self, message: StartKeeper, sender: Sender) -> None:
        self.core = KeeperCore(message)
        self._receive(message, sender)

    @handles(
        OrderReported,
        BalanceMoved,
        StreamProven,
        StreamLost,
        SellPlaced,
        SellRefused,
        SellBlocked,
        SellOutcomeUnknown,
        SellFenced,
        KeeperIntroduced,
        KillSwitchChanged,
        SellCanceled,
        CancelRefused,
        CancelOutcomeUnknown,
        BidReached,
        PurchaseRecorded,
        BuyPlaced,
        BuyRefused,
        BuyOutcomeUnknown,
        PeersChanged,
        ChangePolicy,
        PairLoaded,
        LotsRecorded,
        LotsKept,
        BacklogWritten,
        LedgerFailed,
        HoldingsReported,
        AskReport,
        MarketFetched,
        TradesFetched,
        OrdersFetched,
        BalanceFetched,
        ReferenceFetched,
        TopFetched,
        FetchFailed,
        PausePair,
        ResumePair,
        ReconcilePair,
        ReleaseLot,
        ResolveOrder,
        AdoptOrder,
        AdoptSince,
        AdoptCoins,
        DismissCoins,
        SellLot,
        WithdrawSale,
        CancelOrder,
        BuyCoins,
    )
    def _receive(self, event: Any, sender: Sender | None) -> None:
        if self.core is None:
            self.log.error(
                "a %s came before the start; it is dropped", type(event).__name__, extra=named(LogEvent.OUT_OF_TURN)
            )
            return
        begun_s = time.time()  # as lines of the log have it: the keeper's come before those of what it caused
        for effect in self.core.handle(event, sender, Moment(self.wall_ms(), self.monotonic())):
            self._carry_out(effect, self.core, begun_s)

    def on_wakeup(self, payload: Any) -> None:
        self._receive(payload, None)

    def on_quarantined(self, message: Any) -> None:
        super().on_quarantined(message)
        self._receive(MessageQuarantined(message), None)

    def _carry_out(self, effect: Effect, core: KeeperCore, begun_s: float) -> None:
        match effect:
            case Send(to, message):
                address = getattr(core.state.peers, to)
                if address is not None:
                    self.send(address, message)
            case Reply(to, message):
                self.reply(to, message)
            case Wake(after_s, event):
                self.wake_in(after_s, event)
            case Log(level, text, facts, event):
                about: dict[str, Any] = {EVENT_FIELD: event, "symbol": core.state.symbol}
                write_line(self.log, level, text, about | dict(facts), begun_s)
            case Exit():
                self.exit()
            case Raise(error):
                raise error
