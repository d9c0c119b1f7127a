"""The stages of orders and lots, from what the exchange said of its orders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from lotkeeper.trading.money import ZERO, less, plain, total
from lotkeeper.verification.story_page.model import Stage, Tone, Track

_OPEN = {"NEW", "PENDING_NEW", "PARTIALLY_FILLED"}
_MARKET = ZERO  # the price of an order at the market


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """An order as the exchange says it is from a moment on. Quantities are of the base asset."""

    at_s: float
    key: str  # tells it from all other orders of the story
    pair: str
    client_id: str
    side: str  # BUY or SELL
    status: str  # as the exchange names it
    quantity: Decimal
    filled: Decimal
    price: Decimal  # quote; zero at the market
    lot: str = ""  # the key of the BUY whose lot a SELL sells; empty where it sells none


def tracks_of(seen: Iterable[OrderSeen]) -> tuple[Track, ...]:
    """Lots first, then orders, each in the order in which they began."""
    found = list(seen)
    by_order: dict[str, list[OrderSeen]] = {}
    for each in found:
        by_order.setdefault(each.key, []).append(each)
    orders = (Track(_title(all_of[0]), False, tuple(map(_stage, all_of))) for all_of in by_order.values())
    return (*_lots(found), *orders)


def _title(order: OrderSeen) -> str:
    return f"{order.side} {order.client_id} ({order.pair})"


def _stage(order: OrderSeen) -> Stage:
    at = f" at {plain(order.price)}" if order.price != _MARKET else " at the market"
    done = f"{plain(order.filled)} of {plain(order.quantity)}"
    return Stage(order.at_s, _tone(order), f"{order.status}, {done}{at}")


def _tone(order: OrderSeen) -> Tone:
    if order.status == "FILLED":
        return Tone.DONE
    if order.status in _OPEN:
        return Tone.PART if order.filled else Tone.STANDS
    return Tone.ENDED


def _lots(found: list[OrderSeen]) -> Iterator[Track]:
    """One for each BUY that bought something."""
    for key in dict.fromkeys(each.key for each in found if each.side == "BUY" and each.filled):
        lot = _Lot(key)
        stages: list[Stage] = []
        for each in (each for each in found if key in (each.key, each.lot)):
            lot = lot.after(each)
            if lot.bought and (not stages or stages[-1].text != lot.text):
                stages.append(Stage(each.at_s, lot.tone, lot.text))
        yield Track(f"lot of {lot.name}", True, tuple(stages))


@dataclass(frozen=True, slots=True)
class _Lot:
    key: str
    name: str = ""
    bought: Decimal = ZERO
    sells: tuple[tuple[str, Decimal, Decimal], ...] = ()  # by their keys, what each offers and what it has sold

    def after(self, order: OrderSeen) -> "_Lot":
        if order.key == self.key:
            return replace(self, name=f"{order.client_id} ({order.pair})", bought=order.filled)
        offers = less(order.quantity, order.filled) if order.status in _OPEN else ZERO
        others = tuple(each for each in self.sells if each[0] != order.key)
        return replace(self, sells=(*others, (order.key, offers, order.filled)))

    @property
    def offered(self) -> Decimal:
        return total(each[1] for each in self.sells)

    @property
    def sold(self) -> Decimal:
        return total(each[2] for each in self.sells)

    @property
    def text(self) -> str:
        return f"bought {plain(self.bought)}, offered {plain(self.offered)}, sold {plain(self.sold)}"

    @property
    def tone(self) -> Tone:
        if self.offered:
            return Tone.PART if self.sold else Tone.STANDS
        return Tone.DONE if self.sold * 20 >= self.bought * 19 else Tone.WAITS  # what is less is dust
