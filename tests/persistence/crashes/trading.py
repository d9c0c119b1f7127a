"""What a keeper would record while it trades: the same for the same seed, so that each moment can be told again."""

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal as D
from itertools import count, islice

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.orders.fills import FeeValue
from lotkeeper.trading.orders.states import OrderState
from messages.ledger import RecordCoins, RecordLots
from tests.actors.stage import TERMS
from tests.persistence import lots

SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
_NEW_LOT = 0.3  # the share of changes that begin a lot
_AT_ONCE = 6  # changes in one record
_COINS = 0.05  # the share of records before which coins are recorded, which waits for the disk
_STEP_MS = 250
_BEGAN_MS = 1_700_000_000_000


class Trading:
    """All records so far, one after another: `lots`, `cursors` and `coins` are as they are after record `number`."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._ids = count(1)
        self._lives: dict[int, Iterator[Lot]] = {}  # by BUY order id: what a lot still becomes
        self.number = 0
        self.lots: dict[int, Lot] = {}
        self.cursors: dict[str, int] = {}
        self.coins: dict[str, D] = {}

    def skip(self, records: int) -> None:
        for _ in range(records):
            self.next_record()

    def next_record(self) -> tuple[RecordLots, RecordCoins | None]:
        """The next record of a pair, and what is to be recorded before it of the coins that are in no lot."""
        self.number += 1
        symbol = self._random.choice(SYMBOLS)
        coins = self._next_coins(symbol)
        changed = {lot.buy_order_id: lot for lot in self._changes(symbol)}
        self.lots |= changed
        record = RecordLots(
            symbol,
            self.number,
            tuple(changed.values()),
            self._next_cursor(symbol),
            _BEGAN_MS + self.number * _STEP_MS,
            TERMS if symbol == lots.SYMBOL else None,
            incarnation=1,
        )
        return record, coins

    def _next_coins(self, symbol: str) -> RecordCoins | None:
        if self._random.random() >= _COINS:
            return None
        self.coins[symbol] = D(self.number) / 8
        return RecordCoins(symbol, self.coins[symbol])

    def _next_cursor(self, symbol: str) -> int | None:
        """The first record of a pair has one, and later each third."""
        if symbol in self.cursors and self._random.random() > 1 / 3:
            return None
        self.cursors[symbol] = next(self._ids)
        return self.cursors[symbol]

    def _changes(self, symbol: str) -> Iterator[Lot]:
        for _ in range(self._random.randint(1, _AT_ONCE)):
            own = [each for each in self._lives if self.lots[each].symbol == symbol]
            if not own or self._random.random() < _NEW_LOT:
                yield self._new_lot(symbol)
            else:
                yield from self._later(self._random.choice(own))

    def _new_lot(self, symbol: str) -> Lot:
        number = next(self._ids)
        life = _life(symbol, number, self._ids)
        self._lives[number], self.lots[number] = life, next(life)
        return self.lots[number]

    def _later(self, number: int) -> Iterator[Lot]:
        """The same lot later; some of what happened in between was never recorded by itself."""
        found = list(islice(self._lives[number], self._random.randint(1, 2)))
        if not found or found[-1].state is LotState.CLOSED:
            del self._lives[number]
        yield from found[-1:]


def _life(symbol: str, number: int, ids: Iterator[int]) -> Iterator[Lot]:
    """Bought in two fills, the second paid for in BNB, held by its trader for a while, and sold in three."""
    base = symbol.removesuffix("USDT")
    first = lots.buy(number, next(ids), symbol=symbol, commission_asset=base)
    order = lots.order(number, symbol=symbol, state=OrderState.PLACING, order_id=None)
    found = lots.lot(number, symbol=symbol, base=base, buys=(first,), orders=(order,))
    yield found
    order = replace(order, state=OrderState.OPEN, order_id=next(ids), updated_ms=1002)
    yield (found := replace(found, orders=(order,)))
    second = replace(first, trade_id=next(ids), quantity=D("0.3"), commission=D("0.002"), commission_asset="BNB")
    value = FeeValue(second.trade_id, "BNB", D(625), 1_700_000_000_500, D("1.25"))
    yield (found := replace(found, buys=(first, second), fee_values=(value,), buy_ended=True))
    yield replace(found, state=LotState.HELD, hold=HoldReason.CANCELLED_BY_HAND, reason="its SELL was cancelled")
    more = lots.order(number, 2, symbol=symbol, quantity=D("0.3"), order_id=next(ids))
    yield (found := replace(found, orders=(order, more)))
    for part in (D("0.2"), D("0.2995")):
        sale = lots.sell(order.order_id, next(ids), symbol=symbol, quantity=part, quote_quantity=part * 70000)
        executed = order.executed + part
        is_over = executed == order.quantity
        state = OrderState.FILLED if is_over else OrderState.PARTIALLY_FILLED
        order = replace(order, state=state, executed=executed, updated_ms=order.updated_ms + 1)
        yield (found := replace(found, orders=(order, more), sells=(*found.sells, sale)))
    last = lots.sell(more.order_id, next(ids), symbol=symbol, quantity=D("0.3"), quote_quantity=D(21000))
    done = replace(more, state=OrderState.FILLED, executed=D("0.3"), updated_ms=2000)
    yield replace(found, orders=(order, done), sells=(*found.sells, last), state=LotState.CLOSED)
