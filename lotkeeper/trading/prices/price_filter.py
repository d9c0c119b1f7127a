"""What is believed of one pair's stream: one wrong frame never moves the price, and a real move always does.

The rule for outliers: a best bid or ask that is more than `OUTLIER` away from the last believed one is held, and
believed once a later frame (a best price or a trade) or an answer of REST lies within `OUTLIER` of it. A later frame
that agrees with the last believed price drops it. A frame that agrees with neither takes its place. A price off the
tick is held in the same way and not refused for good: the exchange changes ticks, and orders placed before stay valid
(Binance filters.md). The first price of all is believed, but not confirmed, until a second word agrees with it.
"""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.money import STRICT, ZERO
from lotkeeper.trading.prices.best_prices import BestPrices, PriceRefusal, fault_of

OUTLIER = Decimal("0.02")
IDS_RESTART_AFTER_S = 5.0  # ids that stay below the known one for so long have begun anew

_MULTIPLY, _SUBTRACT = STRICT.multiply, STRICT.subtract


def is_near(value: Decimal, other: Decimal) -> bool:
    """Whether `value` is at most `OUTLIER` (of `other`) away from `other`."""
    return abs(_SUBTRACT(value, other)) <= _MULTIPLY(other, OUTLIER)


def are_near(one: BestPrices, other: BestPrices) -> bool:
    """Whether both sides are."""
    return is_near(one.bid, other.bid) and is_near(one.ask, other.ask)


@dataclass(slots=True)
class GrowingIds:
    """Ids that only grow: the same frame by two connections counts once.

    Where the exchange has lost its numbers (a test network that was wiped), they stay below the known one for good: an
    id that is higher than the first refused one, `ANEW_AFTER_S` after it and with none accepted between, begins anew.
    """

    newest: int = -1
    _refused: int = -1
    _refused_s: float = 0.0

    def accept(self, number: int, now_s: float) -> bool:
        """Whether the id is newer than all before; it is the newest from now on."""
        if number <= self.newest and not self._restarts_at(number, now_s):
            return False
        self.newest, self._refused = number, -1
        return True

    def _restarts_at(self, number: int, now_s: float) -> bool:
        if self._refused < 0:
            self._refused, self._refused_s = number, now_s
        return number > self._refused and now_s - self._refused_s >= IDS_RESTART_AFTER_S


class ValidatedPrice:
    """The last believed price of a pair, as its stream says. Times are seconds of any clock that never runs back."""

    def __init__(self) -> None:
        self.best: BestPrices | None = None
        self.last = ZERO  # the last trade, or the close of the day's statistics until there is one
        self.is_confirmed = False
        self.is_halted = False
        self.tick = ZERO  # zero while it is not known
        self.heard_s = float("-inf")
        self.suspicious: BestPrices | None = None
        self.suspicion: PriceRefusal | None = None
        self.suspicious_since_s = float("inf")  # since when something has been held
        self._reference: BestPrices | None = None
        self._waiting: BestPrices | None = None  # the newest while the pair is halted
        self._updates = GrowingIds()
        self._trades = GrowingIds()

    # Frames

    def apply_best_prices(self, best: BestPrices, update_id: int, now_s: float) -> PriceRefusal | None:
        """A frame of the best prices; None when it is believed."""
        fault = fault_of(best)
        if fault is not None:
            return fault
        if not self._updates.accept(update_id, now_s):
            return PriceRefusal.OLD
        if self.is_halted:
            self._waiting = best
            return PriceRefusal.HALTED
        known = self.best
        if best == known and self.suspicious is None:
            self._reference, self.heard_s, self.is_confirmed = known, now_s, True
            return None
        return self._accept_or_suspect(best, now_s)

    def apply_trade(self, price: Decimal, trade_id: int, now_s: float) -> PriceRefusal | None:
        """A trade; None when it is the last price from now on. It can confirm what is held."""
        if price <= 0:
            return PriceRefusal.NOT_POSITIVE
        if not self._trades.accept(trade_id, now_s):
            return PriceRefusal.OLD
        return self._compare_single_price(price, now_s)

    def apply_close(self, price: Decimal, now_s: float) -> PriceRefusal | None:
        """The close of the day's statistics: a second word on the first price, and the last one until a trade comes."""
        if price <= 0:
            return PriceRefusal.NOT_POSITIVE
        if self._trades.newest < 0:
            return self._compare_single_price(price, now_s)
        return None

    def apply_rest_answer(self, answer: BestPrices, asked_s: float, now_s: float) -> bool:
        """What REST said, asked at `asked_s`; whether the believed price is another for it.

        It confirms what it agrees with. Otherwise the next frames are measured by it, unless the stream has said
        something newer meanwhile.
        """
        if fault_of(answer) is not None:
            return False
        if self.suspicious is not None and are_near(self.suspicious, answer):
            self._accept(self.suspicious, now_s)
            return True
        if self.heard_s > asked_s:
            return False
        self._drop_suspicious()
        self._reference = answer
        self.is_confirmed = self.best is not None and are_near(self.best, answer)
        return False

    # The rest of the world

    def learn(self, tick: Decimal, is_halted: bool, now_s: float) -> None:
        """The exchange's rules: the step of prices, and whether the pair trades. What came in a halt counts then."""
        self.tick, self.is_halted = tick, is_halted
        if not is_halted and self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._accept_or_suspect(waiting, now_s)

    def start_over(self) -> None:
        """The connection is gone and nothing of it can come any more: the next one may count from anywhere."""
        self._updates, self._trades = GrowingIds(), GrowingIds()
        self._drop_suspicious()

    # The weighing

    def _accept_or_suspect(self, quote: BestPrices, now_s: float) -> PriceRefusal | None:
        why = self._suspicion_of(quote)
        if why is not None and not (self.suspicious is not None and are_near(quote, self.suspicious)):
            self.suspicious, self.suspicion, self.suspicious_since_s = quote, why, min(self.suspicious_since_s, now_s)
            return why
        self._accept(quote, now_s)
        return None

    def _suspicion_of(self, quote: BestPrices) -> PriceRefusal | None:
        if self._reference is not None and not are_near(quote, self._reference):
            return PriceRefusal.FAR
        if self.tick and not (self._is_on_tick(quote.bid) and self._is_on_tick(quote.ask)):
            return PriceRefusal.OFF_TICK
        return None

    def _is_on_tick(self, price: Decimal) -> bool:
        return not STRICT.remainder(price, self.tick)

    def _accept(self, quote: BestPrices, now_s: float) -> None:
        if not self.is_confirmed:
            self.is_confirmed = self._reference is not None or bool(self.last and is_near(self.last, quote.bid))
        self.best = self._reference = quote
        self.heard_s = now_s
        if self.suspicious is not None:
            self._drop_suspicious()

    def _compare_single_price(self, price: Decimal, now_s: float) -> PriceRefusal | None:
        """A price that is none of the book's: near what is held it confirms that, far from both it is not believed."""
        if self.suspicious is not None and self.suspicion is PriceRefusal.FAR and is_near(price, self.suspicious.bid):
            self._accept(self.suspicious, now_s)
        elif self._reference is not None and not self._spans(price):
            return PriceRefusal.FAR
        elif self.best is not None:
            self.is_confirmed = True
        self.last = price
        return None

    def _spans(self, price: Decimal) -> bool:
        """Whether the price lies between the believed best ones, or near one of them."""
        reference = self._reference
        assert reference is not None
        return reference.bid <= price <= reference.ask or is_near(price, reference.bid) or is_near(price, reference.ask)

    def _drop_suspicious(self) -> None:
        self.suspicious = self.suspicion = None
        self.suspicious_since_s = float("inf")
