"""Which prices of a pair's stream are believed: one wrong frame never moves the price, a real move always does.

The rule for outliers: best prices that are more than `OUTLIER` away from the last believed ones are suspicious. They
are believed once a later frame (best prices or a trade) or an answer of REST lies within `OUTLIER` of them. A later
frame that agrees with the last believed prices drops them. A frame that agrees with neither takes their place. A price
off the tick is suspicious in the same way and not refused for good: the exchange changes ticks, and orders placed
before stay valid (Binance filters.md). The first price of all is believed, but not confirmed, until another frame
agrees.
"""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.money import STRICT, ZERO
from lotkeeper.trading.prices.best_prices import BestPrices, PriceRefusal, fault_of

OUTLIER = Decimal("0.02")
TRADES_GO_ON_S = 2.0  # for so long after a trade it is newer than the close, which comes once a second
IDS_RESTART_AFTER_S = 5.0  # ids that stay below the newest one for so long have started over

_MULTIPLY, _SUBTRACT = STRICT.multiply, STRICT.subtract


def is_near(value: Decimal, other: Decimal) -> bool:
    """Whether `value` is at most `OUTLIER` (of `other`) away from `other`."""
    return abs(_SUBTRACT(value, other)) <= _MULTIPLY(other, OUTLIER)


def are_near(one: BestPrices, other: BestPrices) -> bool:
    """Whether both sides are near each other."""
    return is_near(one.bid, other.bid) and is_near(one.ask, other.ask)


@dataclass(slots=True)
class GrowingIds:
    """Ids that only grow, so that a frame that comes by two connections counts once.

    If the exchange starts its numbers over (a test network that was wiped), they stay below the newest known id. Then
    an id is accepted that is higher than the first refused one and comes `IDS_RESTART_AFTER_S` after it, with no id
    accepted in between.
    """

    newest: int = -1
    _refused: int = -1  # the first one refused since one was accepted; -1: none
    _refused_s: float = 0.0

    def accept(self, number: int, now_s: float) -> bool:
        """Whether the id is newer than all before; if so, it is the newest from now on."""
        if number <= self.newest and not self._restarts_at(number, now_s):
            return False
        self.newest, self._refused = number, -1
        return True

    def _restarts_at(self, number: int, now_s: float) -> bool:
        if self._refused < 0:
            self._refused, self._refused_s = number, now_s
        return number > self._refused and now_s - self._refused_s >= IDS_RESTART_AFTER_S


class ValidatedPrice:
    """The last believed price of a pair's stream. Times are seconds of any clock that never runs back."""

    def __init__(self) -> None:
        self.best: BestPrices | None = None
        self.last = ZERO  # the last trade, or the close of the day's statistics where trades do not come
        self.is_confirmed = False
        self.is_halted = False
        self.tick = ZERO  # zero while it is not known
        self.heard_s = float("-inf")  # when the newest believed frame came
        self.suspicious: BestPrices | None = None
        self.suspicion: PriceRefusal | None = None
        self.suspicious_since_s = float("inf")  # since when there have been suspicious prices
        self._reference: BestPrices | None = None
        self._waiting: BestPrices | None = None  # the newest while the pair is halted
        self._updates = GrowingIds()
        self._trades = GrowingIds()
        self._traded_s = float("-inf")  # when the newest trade came

    # Frames

    def apply_best_prices(self, best: BestPrices, update_id: int, now_s: float) -> PriceRefusal | None:
        """A frame of the best prices; None if they are believed."""
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
        """A trade; None if it is the last price from now on. It can confirm suspicious prices."""
        if price <= 0:
            return PriceRefusal.NOT_POSITIVE
        if not self._trades.accept(trade_id, now_s):
            return PriceRefusal.OLD
        self._traded_s = now_s
        return self._compare_single_price(price, now_s)

    def apply_close(self, price: Decimal, now_s: float) -> PriceRefusal | None:
        """The close of the day's statistics: it can confirm prices, and is the last one unless trades come too."""
        if price <= 0:
            return PriceRefusal.NOT_POSITIVE
        if now_s - self._traded_s > TRADES_GO_ON_S:
            return self._compare_single_price(price, now_s)
        return None

    def apply_rest_answer(self, answer: BestPrices, asked_s: float, now_s: float) -> bool:
        """An answer of REST, asked at `asked_s`; whether the believed price changed.

        It confirms prices that it agrees with. Otherwise the next frames are measured by it, unless the stream has sent
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
        """The connection is gone and no frame of it can come any more: the next one may count from any number."""
        self._updates, self._trades = GrowingIds(), GrowingIds()
        self._drop_suspicious()

    # Believe or suspect

    def _accept_or_suspect(self, best: BestPrices, now_s: float) -> PriceRefusal | None:
        why = self._suspicion_of(best)
        if why is not None and not (self.suspicious is not None and are_near(best, self.suspicious)):
            self.suspicious, self.suspicion, self.suspicious_since_s = best, why, min(self.suspicious_since_s, now_s)
            return why
        self._accept(best, now_s)
        return None

    def _suspicion_of(self, best: BestPrices) -> PriceRefusal | None:
        if self._reference is not None and not are_near(best, self._reference):
            return PriceRefusal.FAR
        if self.tick and not (self._is_on_tick(best.bid) and self._is_on_tick(best.ask)):
            return PriceRefusal.OFF_TICK
        return None

    def _is_on_tick(self, price: Decimal) -> bool:
        return not STRICT.remainder(price, self.tick)

    def _accept(self, best: BestPrices, now_s: float) -> None:
        if not self.is_confirmed:
            self.is_confirmed = self._reference is not None or bool(self.last and is_near(self.last, best.bid))
        self.best = self._reference = best
        self.heard_s = now_s
        if self.suspicious is not None:
            self._drop_suspicious()

    def _compare_single_price(self, price: Decimal, now_s: float) -> PriceRefusal | None:
        """A single price, not of the order book: it confirms suspicious prices near it, and is refused far from all."""
        if self.suspicious is not None and self.suspicion is PriceRefusal.FAR and is_near(price, self.suspicious.bid):
            self._accept(self.suspicious, now_s)
        elif self._reference is not None and not self._spans(price):
            return PriceRefusal.FAR
        elif self.best is not None:
            self.is_confirmed = True
        self.last = price
        return None

    def _spans(self, price: Decimal) -> bool:
        """Whether the price lies between the believed best prices, or near one of them."""
        reference = self._reference
        assert reference is not None
        return reference.bid <= price <= reference.ask or is_near(price, reference.bid) or is_near(price, reference.ask)

    def _drop_suspicious(self) -> None:
        self.suspicious = self.suspicion = None
        self.suspicious_since_s = float("inf")
