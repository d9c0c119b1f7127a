"""A pair keeper on a desk, with probes for its peers, and the words to play with it."""

from dataclasses import dataclass, field, replace
from decimal import Decimal as D
from typing import Any

import pytest

from actors.gateway.order_replies import sell_reply
from actors.pair_keeper.actor import PairKeeper
from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.tags import WitnessTag
from lotkeeper.engine.testkit import ActorBench, Probe
from lotkeeper.exchange.errors import refusal_kind
from lotkeeper.exchange.rest.outcomes import Refused
from lotkeeper.trading.book.holdings import PairHolding
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.filters.amounts import LotSize, Notional, PriceFilter
from lotkeeper.trading.lots.fees import Commission, CommissionRates
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.fills import Side, UnreadableTrade
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.states import ImpossibleError
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import Adoption, ExitPolicy, Market, Terms
from lotkeeper.trading.prices.best_prices import BestPrices
from lotkeeper.trading.recovery.questions import TRADE_QUESTIONS
from lotkeeper.trading.reports.profit import Totals
from messages.account import BalanceMoved, OrderReported, StreamProven
from messages.health import AskHoldings, HoldingsReported, PairReported
from messages.ledger import LotsRecorded, PairLoaded, RecordLots
from messages.lifecycle import KeeperPace, PairSettings, Peers, PeersChanged, StartKeeper
from messages.orders import IntroduceKeeper, KeeperIntroduced, PlaceSellOrder, SellPlaced, SellRefused
from messages.queries import (
    AskExchange,
    BalanceFetched,
    FetchBalance,
    FetchMarket,
    FetchTop,
    MarketFetched,
    OrdersFetched,
    TopFetched,
    TradesFetched,
)
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, ExchangeMemory, fill, report

PAIR = TradePair(
    symbol=SYMBOL,
    base="BTC",
    quote="USDT",
    status="TRADING",
    price=PriceFilter(D("0.01"), D("0.01"), D(1_000_000)),
    size=LotSize(D("0.00001"), D("0.00001"), D(9000)),
    filters=(Notional(D(5), D(9_000_000)),),
)
COMMISSION = Commission(CommissionRates(maker=D("0.001"), taker=D("0.001")))
POLICY = ExitPolicy(D("0.5"))
TERMS = Terms(Market(PAIR, D("0.001")), POLICY)
RECV_WINDOW_MS = 5000
POLL_EVERY_S = 4.0
BUY_ID = 7001
FIRST_TRADE = 101


@dataclass
class Stage:
    """`sent` is everything that left the keeper, in order, with the name of the probe it went to."""

    incarnation: int = 1
    policy: ExitPolicy = POLICY
    adoption: Adoption = field(default=Adoption())
    desk: ActorBench[PairKeeper] = field(init=False)
    memory: ExchangeMemory = field(default_factory=ExchangeMemory)
    sent: list[tuple[str, Any]] = field(default_factory=list)
    pace: KeeperPace = field(default=KeeperPace(looks_further=False))  # else it compares for a minute after each start
    is_introduced_at_once: bool = True  # the Gateway says that nothing is in flight; else the test answers

    def __post_init__(self) -> None:
        self.desk = ActorBench(PairKeeper)
        probes = ("gateway", "ledger", "user_stream", "prices", "monitor")
        self.probes = {name: self.desk.probe(name) for name in probes}
        self._listen_in()
        pair = PairSettings(SYMBOL, self.policy, self.adoption)
        self.desk.tell(StartKeeper(pair, self.incarnation, RECV_WINDOW_MS, POLL_EVERY_S, self.peers(), self.pace))
        self.desk.tell(StreamProven(NOW_MS), self.probes["user_stream"])

    def _listen_in(self) -> None:
        deliver = self.desk.deliver

        def noting(to: Any, message: Any) -> None:
            name = next((name for name, probe in self.probes.items() if probe.address == to), "itself")
            if isinstance(message, IntroduceKeeper) and self.is_introduced_at_once:
                self.desk._to_self.append((KeeperIntroduced(SYMBOL, message.number, gateway=1), to))
                return
            self.sent.append((name, message))
            deliver(to, message)

        self.desk.deliver = noting  # type: ignore[method-assign]

    # The peers

    def peers(self, **instead: Probe | None) -> Peers:
        """All of them, with some gone (None) or in a new life."""
        self.probes |= {name: probe for name, probe in instead.items() if probe is not None}
        here = {name: self.probes[name].address for name in self.probes if instead.get(name, True) is not None}
        return Peers(**here)

    def lost(self, name: str) -> None:
        self.desk.tell(PeersChanged(self.peers(**{name: None})))

    def reborn(self, name: str) -> Probe:
        probe = self.desk.probe(f"{name}, a later life ({len(self.sent)})")
        self.desk.tell(PeersChanged(self.peers(**{name: probe})))
        return probe

    @property
    def gateway(self) -> Probe:
        return self.probes["gateway"]

    @property
    def ledger(self) -> Probe:
        return self.probes["ledger"]

    # The start

    def loaded(
        self,
        *lots: Lot,
        cursor: int | None = 100,
        is_paused: bool = False,
        closed: Totals | None = None,
        history_from_ms: int | None = None,
        sell_rate: D | None = None,
        own_coins: D | None = None,
    ) -> None:
        """`history_from_ms` is as an earlier version left it: it noted none."""
        loaded = PairLoaded(
            SYMBOL,
            lots,
            closed or Totals(),
            cursor,
            is_paused,
            history_from_ms=history_from_ms,
            history_shown_ms=history_from_ms,
            sell_rate=sell_rate,
            own_coins=own_coins,
        )
        self.desk.tell(loaded, self.ledger)

    def market(
        self, pair: TradePair = PAIR, commission: Commission = COMMISSION, *, exchange_ahead_ms: int = 0
    ) -> FetchMarket:
        """The rules are told, and the commission if it was asked for; the question, or the last of them."""
        waiting = sum(isinstance(each, FetchMarket) for each in self.gateway.received)
        questions = [self.gateway.pop(FetchMarket) for _ in range(max(1, waiting))]
        exchange_ms = self.desk.actor.wall_ms() + exchange_ahead_ms
        for question in questions:
            told = commission if question.with_commission else None
            self.desk.tell(MarketFetched(question.request_id, pair, told, exchange_ms), self.gateway)
        return questions[-1]

    def answers(self) -> list[Any]:
        """Answers every question from the exchange's memory until none is left; the questions."""
        asked = []
        while (question := next(self._questions(), None)) is not None:
            self.gateway.received.remove(question)
            asked.append(question.question)
            self.desk.tell(self.answer(question), self.gateway)
        self._tell_witness()
        return asked

    def _tell_witness(self) -> None:
        """Says what the account holds, if that is asked for because a SELL is unresolved."""
        pending, locked = self.desk.actor.core.collaborators.requests._pending, self.memory.locked()
        for asked in [each for each in self.gateway.received if isinstance(each, FetchBalance)]:
            if asked.request_id in pending and isinstance(pending[asked.request_id].tag, WitnessTag):
                self.gateway.received.remove(asked)
                told = BalanceFetched(asked.request_id, "BTC", self.memory.held() - locked, locked)
                self.desk.tell(told, self.gateway)
                self.answers()

    def answer(self, asked: AskExchange) -> TradesFetched | OrdersFetched:
        if isinstance(asked.question, TRADE_QUESTIONS):
            rows, damaged = self.memory.trades(asked.question), self.memory.damaged
            unreadable = (each for each in rows if each.trade_id in damaged)
            return TradesFetched(
                asked.request_id,
                tuple(each for each in rows if each.trade_id not in damaged),
                tuple(UnreadableTrade(each.trade_id, each.order_id, each.time_ms, "a price") for each in unreadable),
            )
        return OrdersFetched(asked.request_id, self.memory.reports(asked.question))

    def comparing(self, held: str, *others: PairHolding, then: str | None = None) -> None:
        """Answers all that a comparison takes: the account holds so much, at its end perhaps something else."""
        self._has(held)
        top = self.gateway.pop(FetchTop)
        self.desk.tell(TopFetched(top.request_id, SYMBOL, BestPrices(D(50000), D(50001))), self.gateway)
        self.answers()
        self.others_hold(*others)
        self.comparing_ends(then or held)

    def comparing_ends(self, held: str) -> None:
        """The account's balance once more, and the pass that may follow."""
        self._has(held)
        self.answers()

    def others_hold(self, *others: PairHolding, is_quote_too: bool = False) -> None:
        """The Monitor says what other pairs hold, if it was asked."""
        for asked in [each for each in self.probes["monitor"].received if isinstance(each, AskHoldings)]:
            self.probes["monitor"].received.remove(asked)
            self.desk.tell(HoldingsReported(asked.number, others, is_quote_too), self.probes["monitor"])

    def _has(self, held: str) -> None:
        for asked in [each for each in self.gateway.received if isinstance(each, FetchBalance)]:
            self.gateway.received.remove(asked)
            self.desk.tell(BalanceFetched(asked.request_id, "BTC", D(0), D(held)), self.gateway)

    def _questions(self) -> Any:
        return (each for each in self.gateway.received if isinstance(each, AskExchange))

    def questions(self) -> list[Any]:
        """What is asked now, left unanswered."""
        return [each.question for each in self._questions()]

    def compared(self) -> None:
        """The account's stream is proven again, and all that is asked then is answered."""
        self.desk.tell(StreamProven(NOW_MS), self.probes["user_stream"])
        self.answers()

    def calm(self) -> None:
        """The second look after the stream was proven is through."""
        self.desk.advance(POLL_EVERY_S)
        self.answers()

    # The account

    def bought(
        self,
        quantity: str = "0.001",
        at: str = "60000",
        *,
        order_id: int = BUY_ID,
        trade_id: int = FIRST_TRADE,
        fee: str = "0",
        fee_asset: str = "BTC",
        status: str = "FILLED",
        executed: str | None = None,
    ) -> OrderReported:
        """The exchange fills a BUY; the event of it, not told yet."""
        took = fill(order_id, trade_id, Side.BUY, quantity, at, fee, fee_asset)
        known = report(order_id, f"web-{order_id}", Side.BUY, status, executed or quantity, executed or quantity, at)
        self.memory.keep(known, took)
        return OrderReported(known, took)

    def buys(self, *args: Any, **more: Any) -> OrderReported:
        """A BUY is filled and the keeper told of it."""
        event = self.bought(*args, **more)
        self.desk.tell(event)
        if event.fill is not None:
            self.desk.tell(BalanceMoved("BTC", self.memory.held(), at_ms=event.fill.time_ms))
        return event

    def accepts(self, order: PlaceSellOrder, order_id: int = 9001) -> SellPlaced:
        """The exchange puts the SELL on its book; the reply, not told yet."""
        known = report(order_id, order.client_id, Side.SELL, "NEW", str(order.quantity), "0", str(order.price))
        known = replace(known, trail=order.trail)
        self.memory.keep(known)
        return SellPlaced(SYMBOL, order.client_id, known, ())

    def sold(self, order_id: int = 9001, trade_id: int = 501, quantity: str | None = None) -> OrderReported:
        """The SELL on the book fills (to its end, when no quantity is given); the event of it, not told yet."""
        known = self.memory.orders[order_id]
        part = quantity or str(known.quantity - known.executed)
        executed = known.executed + D(part)
        status = "FILLED" if executed == known.quantity else "PARTIALLY_FILLED"
        took = fill(order_id, trade_id, Side.SELL, part, str(known.price), "0", "USDT")
        new = self.memory.turned(order_id, status, str(executed))
        self.memory.keep(new, took)
        return OrderReported(new, took)

    def refuses(self, order: PlaceSellOrder, code: int, text: str) -> SellRefused:
        """The exchange refuses the SELL; what the Gateway makes of that, not told yet."""
        refusal = sell_reply(order, Refused(code, text, refusal_kind(code, text)))
        assert isinstance(refusal, SellRefused)
        return refusal

    # What came of it

    @property
    def book(self) -> PairBook:
        return self.core.state.book

    @property
    def core(self) -> KeeperCore:
        core = self.desk.actor.core
        assert core is not None
        return core

    def order(self) -> PlaceSellOrder:
        """The one SELL that was sent."""
        found = self.gateway.pop(PlaceSellOrder)
        self.gateway.nothing(PlaceSellOrder)
        return found

    def selling(self) -> PlaceSellOrder:
        """A BUY is filled, its SELL taken by the exchange and the keeper told so."""
        self.buys()
        order = self.order()
        self.desk.tell(self.accepts(order), self.gateway)
        return order

    def recorded(self) -> None:
        """The Ledger confirms all that it was sent."""
        for each in [message for message in self.ledger.received if isinstance(message, RecordLots)]:
            self.ledger.received.remove(each)
            self.desk.tell(LotsRecorded(SYMBOL, each.number), self.ledger)

    def written(self) -> Lot:
        """The newest state that the Ledger was sent of the one lot."""
        records = [message for name, message in self.sent if name == "ledger" and isinstance(message, RecordLots)]
        return next(lot for each in reversed(records) for lot in each.lots)

    def last_report(self) -> PairReported:
        self.desk.advance(0.1)
        return [message for name, message in self.sent if isinstance(message, PairReported)][-1]


def starting_keeper(**more: Any) -> Stage:
    """A keeper that has been started and knows nothing yet."""
    return Stage(**more)


def trading_keeper(*lots: Lot, **more: Any) -> Stage:
    """A keeper after its first reconciliation, with a calm account."""
    stage = Stage(**more)
    stage.loaded(*lots)
    stage.market()
    stage.answers()
    return stage


def contradict(patches: pytest.MonkeyPatch, order_id: int) -> None:
    """From now on a report of this order cannot be true together with any book."""
    take = PairBook.apply_report

    def apply_report(book: PairBook, report: OrderReport, **more: Any) -> Lot | None:
        if report.order_id == order_id:
            raise ImpossibleError(f"the exchange reports what cannot be of order {order_id}")
        return take(book, report, **more)

    patches.setattr(PairBook, "apply_report", apply_report)
