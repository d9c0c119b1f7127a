"""Lots as the trading rules build them, at random and by hand."""

from dataclasses import replace
from decimal import Decimal as D

from hypothesis import strategies as st

from lotkeeper.trading.lots.instructions import InstructionEnd, PriceKind, SellInstruction
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.lots.transfers import CostMove, DustTransfer
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import FeeValue, Fill, Side
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.stop_leg import StopLeg, StopPrices
from lotkeeper.trading.orders.trails import Trail
from persistence.records import lot_entries
from persistence.store import Store

SYMBOL = "BTCUSDT"

money = st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False)
ids = st.integers(min_value=0, max_value=2**63 - 1)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
symbols = st.sampled_from(["BTCUSDT", "ETHUSDT", "币安人生USDT"])


def buy(order_id: int = 7, trade_id: int = 1, **changes: object) -> Fill:
    values = {
        "symbol": SYMBOL,
        "trade_id": trade_id,
        "order_id": order_id,
        "side": Side.BUY,
        "price": D("64000.10"),
        "quantity": D("0.5"),
        "quote_quantity": D("32000.05"),
        "commission": D("0.0005"),
        "commission_asset": "BTC",
        "time_ms": 1_700_000_000_000,
        "is_maker": False,
    }
    return Fill(**{**values, **changes})  # type: ignore[arg-type]


def sell(order_id: int = 8, trade_id: int = 2, **changes: object) -> Fill:
    values = {
        "side": Side.SELL,
        "price": D(70000),
        "quantity": D("0.4995"),
        "quote_quantity": D(34965),
        "commission": D("34.965"),
        "commission_asset": "USDT",
    }
    return buy(order_id, trade_id, **{**values, **changes})


def order(buy_order_id: int = 7, generation: int = 1, **changes: object) -> SellOrder:
    values = {
        "symbol": SYMBOL,
        "name": SellName(buy_order_id, generation),
        "price": D(70000),
        "quantity": D("0.4995"),
        "cost": D("32000.05"),
        "state": OrderState.OPEN,
        "sent_ms": 1000,
        "order_id": 8,
        "executed": D(0),
        "updated_ms": 1001,
    }
    return SellOrder(**{**values, **changes})  # type: ignore[arg-type]


def lot(buy_order_id: int = 7, **changes: object) -> Lot:
    values = {
        "symbol": SYMBOL,
        "base": "BTC",
        "quote": "USDT",
        "buy_order_id": buy_order_id,
        "buys": (buy(buy_order_id, 10 * buy_order_id),),
        "orders": (order(buy_order_id),),
        "state": LotState.SELLING,
    }
    return Lot(**{**values, **changes})  # type: ignore[arg-type]


def sold(buy_order_id: int, brought: str = "34965") -> Lot:
    """A closed lot: bought for 32000.05, sold for `brought` less a fee of 34.965."""
    done = order(buy_order_id, state=OrderState.FILLED, executed=D("0.4995"), order_id=buy_order_id + 1)
    sale = sell(buy_order_id + 1, 10 * buy_order_id + 1, quote_quantity=D(brought))
    return lot(buy_order_id, orders=(done,), sells=(sale,), state=LotState.CLOSED, buy_ended=True)


@st.composite
def fills(draw: st.DrawFn, symbol: str, trade_id: int, side: Side) -> Fill:
    price, quantity, quote, commission = (draw(money) for _ in range(4))
    asset, time_ms, is_maker = draw(words), draw(ids), draw(st.booleans())
    return Fill(symbol, trade_id, draw(ids), side, price, quantity, quote, commission, asset, time_ms, is_maker)


@st.composite
def orders(draw: st.DrawFn, symbol: str, name: SellName) -> SellOrder:
    price, quantity, cost, executed = (draw(money) for _ in range(4))
    state, order_id = draw(st.sampled_from(OrderState)), draw(st.none() | ids)
    terms = draw(st.none() | money), draw(st.none() | money)
    trail = draw(st.none() | st.builds(Trail, st.integers(1, 2000), st.none() | money))
    times = draw(ids), draw(ids)
    order = SellOrder(symbol, name, price, quantity, cost, state, times[0], order_id, executed, times[1], *terms)
    return replace(order, trail=trail, stop=draw(st.none() | stops()))


@st.composite
def stops(draw: st.DrawFn) -> StopLeg:
    prices = StopPrices(draw(money), draw(money)) if draw(st.booleans()) else None
    return StopLeg(prices, draw(st.none() | ids), draw(money), draw(st.booleans()), draw(st.booleans()))


@st.composite
def instructions(draw: st.DrawFn, number: int) -> SellInstruction:
    return SellInstruction(
        number,
        draw(words.filter(bool)),
        draw(st.sampled_from(PriceKind)),
        draw(money),
        draw(money),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(money),
        draw(ids),
        draw(ids),
        draw(words),
        draw(words),
        draw(st.none() | st.sampled_from(InstructionEnd)),
    )


@st.composite
def lots(draw: st.DrawFn, symbol: str, buy_order_id: int, trade_ids: tuple[list[int], list[int]]) -> Lot:
    """Any lot that is not closed; its trade ids are given, since no two trades of a pair share one."""
    generations = sorted(draw(st.sets(st.integers(1, 10**6), max_size=3)))
    state = draw(st.sampled_from([state for state in LotState if state is not LotState.CLOSED]))
    valued = sorted(draw(st.sets(st.sampled_from([0, *trade_ids[0], *trade_ids[1]]))))
    return Lot(
        symbol,
        "BTC",
        "USDT",
        buy_order_id,
        tuple(draw(fills(symbol, trade_id, Side.BUY)) for trade_id in sorted(trade_ids[0])),
        tuple(draw(fills(symbol, trade_id, Side.SELL)) for trade_id in sorted(trade_ids[1])),
        tuple(draw(orders(symbol, SellName(buy_order_id, each, draw(st.booleans())))) for each in generations),
        tuple(FeeValue(trade_id, "BNB", draw(money), draw(ids), draw(money)) for trade_id in valued),
        state,
        draw(words),
        draw(st.booleans()),
        hold=draw(st.sampled_from(HoldReason)) if state is LotState.HELD else None,
        instructions=tuple(draw(instructions(number)) for number in range(1, 1 + draw(st.integers(0, 2)))),
    )


@st.composite
def books(draw: st.DrawFn) -> list[Lot]:
    """The lots of some pairs, no two with the same BUY, no two trades of one side with the same id."""
    found: list[Lot] = []
    for symbol in draw(st.lists(symbols, unique=True, max_size=2)):
        buy_ids = draw(st.lists(ids, unique=True, max_size=3))
        sides = [iter(draw(st.permutations(range(12)))) for _ in Side]
        for buy_id in buy_ids:
            mine = tuple([next(side) for _ in range(draw(st.integers(0, 3)))] for side in sides)
            found.append(draw(lots(symbol, buy_id, mine)))  # type: ignore[arg-type]
    return draw(with_moves(draw(with_carries(found))))


@st.composite
def with_moves(draw: st.DrawFn, book: list[Lot]) -> list[Lot]:
    """Cost moves between some of the lots; each move stands on both sides, in the order of time."""
    pairs = [(one, other) for one in book for other in book if one.symbol == other.symbol and one is not other]
    chosen = draw(st.lists(st.sampled_from(pairs), unique_by=repr, max_size=3)) if pairs else []
    moves = [
        CostMove(one.symbol, one.buy_order_id, other.buy_order_id, draw(st.integers(1, 9)), draw(money), at)
        for at, (one, other) in enumerate(chosen)
    ]
    return [
        replace(each, cost_moves=tuple(move for move in moves if each.lot_id in (move.source_lot, move.target_lot)))
        for each in book
    ]


@st.composite
def with_carries(draw: st.DrawFn, book: list[Lot]) -> list[Lot]:
    """Dust goes between some of the lots; each hand-over stands on both sides, in the order of time."""
    pairs = [(one, other) for one in book for other in book if one.symbol == other.symbol and one is not other]
    chosen = draw(st.lists(st.sampled_from(pairs), unique_by=repr, max_size=3)) if pairs else []
    carries = [
        DustTransfer(
            one.symbol, one.buy_order_id, other.buy_order_id, draw(st.integers(1, 9)), draw(money), draw(money), at
        )
        for at, (one, other) in enumerate(chosen)
    ]
    return [
        replace(
            each,
            dust_taken=tuple(carry for carry in carries if carry.target_lot == each.lot_id),
            dust_given=tuple(carry for carry in carries if carry.source_lot == each.lot_id),
        )
        for each in book
    ]


def dusty(number: int) -> Lot:
    """A closed lot that has dust left."""
    order_of = sold(number)
    less = replace(order_of.orders[0], quantity=D("0.4"), executed=D("0.4"), cost=D(25625))
    sale = replace(order_of.sells[0], quantity=D("0.4"))
    return replace(order_of, orders=(less,), sells=(sale,))


def record(store: Store, *lots: Lot) -> None:
    store.record([entry for one in lots for entry in lot_entries(one)])
