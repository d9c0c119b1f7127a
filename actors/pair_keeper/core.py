"""The keeper without its actor: says which collaborator takes which event.

Same events at the same moments give the same effects: nothing here reads a clock, sends, or logs.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from actors.pair_keeper.collaborators import Collaborators
from actors.pair_keeper.effects import Effect, Effects, Log, Moment, NoteDecision, ReportSoon
from actors.pair_keeper.failed_questions import REPEATED
from actors.pair_keeper.tags import (
    AskAboutSell,
    AskTag,
    BalanceTag,
    BeginReconciliation,
    CancelTag,
    CheckCoins,
    CoinsTag,
    ComparisonTag,
    EarlierSellsTag,
    EarlierSellTag,
    FeeTag,
    MarketTag,
    MessageQuarantined,
    OrdersAllowedAgain,
    PassTag,
    PauseOver,
    ProbeTag,
    PurchaseBandTag,
    PurchaseTag,
    ReferenceTag,
    RefusalDue,
    RefusedPriceTag,
    RetryLot,
    SaleBandTag,
    SaleTag,
    SellTag,
    SendReport,
    Tick,
    VerdictTag,
    WitnessTag,
)
from messages.account import BalanceMoved, OrderReported, StreamLost, StreamProven
from messages.health import AskReport, HoldingsReported
from messages.ledger import BacklogWritten, LedgerFailed, LotsKept, LotsRecorded, PairLoaded, RecordWatchOnly
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

Handler = Callable[[Any, Moment], Effects[None]]
CommandHandler = Callable[[Any, Any, Moment], Effects[None]]  # the command, who asks, and when
AnswerHandler = Callable[[Any, Any, Moment], Effects[None]]  # the question's tag, the answer, and when


class KeeperCore:
    """`handle` takes every message and every wake-up; the first is StartKeeper."""

    def __init__(self, start: StartKeeper) -> None:
        self.collaborators = collaborators = Collaborators(start)
        self.state = collaborators.state
        self._events = event_table(collaborators)
        self._commands = command_table(collaborators)
        self._answers = answer_table(collaborators)

    def handle(self, event: Any, sender: Any, now: Moment) -> Iterator[Effect]:
        """The effects of a message or wake-up, in the order in which they are to be carried out.

        They come one by one, so that a SELL is sent before anything after it is computed. A command is answered to
        `sender`.
        """
        kind = type(event)
        if kind in REPEATED:
            self.collaborators.failed.note_due(event)
        if kind in self._events:
            effects = self._events[kind](event, now)
        elif kind in self._commands:
            effects = self._commands[kind](event, sender, now)
        else:
            effects = self._on_answer(event, now)
        for effect in chain(effects, self.collaborators.housekeeping.after_event(event, now)):
            if isinstance(effect, ReportSoon):
                yield from self.collaborators.reporter.report_soon()
            elif isinstance(effect, NoteDecision):
                self.collaborators.ledger.notes.note(effect, now)
                if effect.line is not None:
                    yield Log(effect.line.level, effect.line.text, effect.line.facts, effect.kind)
            else:
                yield effect

    def _on_answer(self, message: Any, now: Moment) -> Effects[None]:
        """An answer to a question, by what the question was about; a late copy of one changes nothing."""
        tag = self.collaborators.requests.take_answered(message.request_id)
        handler = self._answers.get((type(message), type(tag)))
        if handler is not None:
            yield from handler(tag, message, now)

    @property
    def waits_for_gateway(self) -> bool:
        """Whether SELLs wait for an introduction, or for orders of earlier keepers."""
        return self.collaborators.permission.waits_for_gateway


# Which collaborator takes which event


def in_turn(*handlers: Callable[..., Effects[None]]) -> Callable[..., Effects[None]]:
    """Hands the event to each of them, one after the other."""

    def handle(*event: Any) -> Effects[None]:
        for each in handlers:
            yield from each(*event)

    return handle


def event_table(to: Collaborators) -> dict[type, Handler]:
    return {
        # the account's stream
        OrderReported: to.reports.on_order_reported,
        BalanceMoved: in_turn(
            to.coins.before_balance_moved, to.stream.on_balance_moved, to.unresolved.witness.on_balance_moved
        ),
        StreamProven: to.stream.on_stream_proven,
        StreamLost: to.stream.on_stream_lost,
        # the Gateway's replies to orders and cancels
        SellPlaced: to.outcomes.on_sell_placed,
        SellRefused: to.outcomes.on_sell_refused,
        SellBlocked: to.outcomes.on_sell_blocked,
        SellOutcomeUnknown: to.outcomes.on_sell_outcome_unknown,
        SellFenced: to.outcomes.on_sell_fenced,
        KeeperIntroduced: to.introduction.on_introduced,
        KillSwitchChanged: to.operator.on_kill_switch,
        SellCanceled: in_turn(to.outcomes.on_sell_canceled, to.cancelling.on_canceled),
        CancelRefused: in_turn(to.cancels.on_cancel_refused, to.cancelling.on_refused),
        CancelOutcomeUnknown: in_turn(to.cancels.on_cancel_outcome_unknown, to.cancelling.on_outcome_unknown),
        # the PriceBroadcaster
        BidReached: to.bids.on_bid_reached,
        # purchases that a person asks for
        PurchaseRecorded: to.purchases.on_recorded,
        BuyPlaced: in_turn(to.outcomes.on_buy_placed, to.purchases.on_placed),
        BuyRefused: to.purchases.on_refused,
        BuyOutcomeUnknown: to.purchases.on_outcome_unknown,
        # supervisor, Ledger and Monitor
        StartKeeper: in_turn(to.peers.on_start, to.housekeeping.on_start),
        PeersChanged: to.peers.on_peers_changed,
        ChangePolicy: to.market.on_policy,
        MessageQuarantined: to.failed.on_quarantined,
        PairLoaded: in_turn(to.opening.on_pair_loaded, to.introduction.introduce_loaded),
        LotsRecorded: in_turn(to.ledger.on_lots_recorded, to.sales.on_recorded),
        LotsKept: to.ledger.on_lots_kept,
        BacklogWritten: to.ledger.on_backlog_written,
        LedgerFailed: to.permission.on_ledger_failed,
        HoldingsReported: in_turn(to.comparison.on_holdings, to.coins.on_holdings),
        AskReport: to.reporter.on_report_wanted,
        MarketFetched: in_turn(to.market.on_market, to.introduction.introduce_loaded),
        # wake-ups
        Tick: to.housekeeping.on_tick,
        SendReport: to.reporter.on_report_due,
        BeginReconciliation: to.reconciler.on_begin_due,
        OrdersAllowedAgain: to.selling.on_orders_allowed,
        RefusalDue: to.selling.on_refusal_due,
        RetryLot: to.selling.on_retry_due,
        PauseOver: to.operator.on_pause_over,
        CheckCoins: to.coins.on_check_due,
        AskAboutSell: to.unresolved.ask_about,
        EarlierSellTag: to.introduction.ask_about,
        CancelTag: to.cancels.on_cancel_due,
        MarketTag: to.rules.on_market_due,
        FeeTag: to.fees.on_fee_due,
        BalanceTag: to.facts.on_balance_due,
        ReferenceTag: to.facts.on_reference_due,
        RecordWatchOnly: to.permission.on_write_due,
    }


def command_table(to: Collaborators) -> dict[type, CommandHandler]:
    return {
        PausePair: to.operator.pause,
        ResumePair: to.operator.resume,
        ReconcilePair: to.operator.reconcile,
        ReleaseLot: to.operator.release,
        ResolveOrder: to.verdicts.resolve,
        AdoptOrder: to.adoption.adopt_order,
        AdoptSince: to.adoption.adopt_since,
        AdoptCoins: in_turn(to.adoption.adopt_coins, to.coins.after_adoption),
        DismissCoins: to.coins.dismiss,
        SellLot: to.sales.sell,
        WithdrawSale: to.sales.withdraw,
        CancelOrder: to.cancelling.cancel,
        BuyCoins: to.purchases.buy,
    }


def answer_table(to: Collaborators) -> dict[tuple[type, type], AnswerHandler]:
    return {
        (TradesFetched, PassTag): to.reconciler.on_trades,
        (TradesFetched, ComparisonTag): to.comparison.on_trades,
        (OrdersFetched, PassTag): to.reconciler.on_orders,
        (OrdersFetched, ComparisonTag): to.comparison.on_orders,
        (OrdersFetched, SellTag): to.resolution.on_sell_answer,
        (BalanceFetched, WitnessTag): to.resolution.on_witness_balance,
        (OrdersFetched, WitnessTag): to.resolution.on_witness_orders,
        (OrdersFetched, EarlierSellTag): to.introduction.on_answer,
        (OrdersFetched, EarlierSellsTag): to.introduction.on_open_orders,
        (OrdersFetched, CancelTag): to.resolution.on_cancel_answer,
        (OrdersFetched, VerdictTag): to.verdicts.on_order,
        (BalanceFetched, BalanceTag): in_turn(to.selling.on_balance, to.coins.after_shortage),
        (BalanceFetched, CoinsTag): to.coins.on_balance,
        (BalanceFetched, ProbeTag): to.stream.on_probe,
        (BalanceFetched, ComparisonTag): to.comparison.on_balance,
        (ReferenceFetched, ReferenceTag): to.selling.on_reference,
        (TopFetched, FeeTag): to.selling.on_fee_price,
        (TopFetched, ComparisonTag): to.comparison.on_price,
        (TopFetched, SaleTag): to.sales.on_bid,
        (FetchFailed, SaleTag): to.sales.on_failure,
        (ReferenceFetched, SaleBandTag): to.sales.on_reference,
        (FetchFailed, SaleBandTag): to.sales.on_reference,
        (TopFetched, AskTag): to.purchases.on_ask,
        (FetchFailed, AskTag): to.purchases.on_failure,
        (ReferenceFetched, PurchaseBandTag): to.purchases.on_reference,
        (FetchFailed, PurchaseBandTag): to.purchases.on_reference,
        (ReferenceFetched, RefusedPriceTag): to.purchases.on_refused_price,
        (FetchFailed, RefusedPriceTag): to.purchases.on_refused_price,
        (OrdersFetched, PurchaseTag): to.purchases.on_order,
        (FetchFailed, PurchaseTag): to.purchases.on_failure,
        (FetchFailed, PassTag): to.reconciler.on_failure,
        (FetchFailed, ComparisonTag): to.comparison.on_failure,
        (FetchFailed, VerdictTag): to.verdicts.on_failure,
        (FetchFailed, SellTag): to.unresolved.on_failure,
        (FetchFailed, EarlierSellTag): to.introduction.on_failure,
        (FetchFailed, EarlierSellsTag): to.introduction.on_no_open_orders,
        (FetchFailed, MarketTag): to.market.on_failure,
        (FetchFailed, FeeTag): to.failed.ask_later_visibly,
        (FetchFailed, BalanceTag): to.failed.ask_later,
        (FetchFailed, CoinsTag): to.coins.on_failure,
        (FetchFailed, ReferenceTag): to.failed.ask_later,
        (FetchFailed, CancelTag): to.failed.ask_later,
    }
