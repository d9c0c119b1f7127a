"""Lots whose stop the exchange does not take, as something that needs a person."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import plain
from lotkeeper.trading.reports.refused_stop import RefusedStop, refused_stop_of
from lotkeeper.trading.reports.todo import Todo
from lotkeeper.trading.trouble_kinds import TroubleKind

_MOST = 5  # of a pair are told, those that have lacked it for longest; `lotkeeper explain` tells of each


class RefusedStopsTodo:
    """Remembers since when, over tries that are refused again, and the nearest price that was allowed.

    The exchange's reference price is known for a minute after a refusal alone, and the refusal lasts.
    """

    def __init__(self) -> None:
        self._since_ms: dict[int, int] = {}  # by lot
        self._why: dict[int, str] = {}  # by lot, told with a reference price

    def of(
        self, found: Mapping[int, RefusedStop], book: PairBook, reference_price: Decimal | None, now_ms: int
    ) -> tuple[Todo, ...]:
        """`reference_price` (quote) is what the exchange measures prices of orders by, if it is known."""
        self._forget(found, book)
        for number, each in found.items():
            self._since_ms.setdefault(number, each.since_ms)
        lasting = [number for number, each in found.items() if each.needs_a_person(now_ms)]
        oldest = sorted(lasting, key=lambda number: (self._since_ms[number], number))[:_MOST]
        return tuple(self._todo(each, found[each], book, reference_price, now_ms) for each in oldest)

    def _forget(self, found: Mapping[int, RefusedStop], book: PairBook) -> None:
        """Not a lot whose stop is being tried at this moment."""
        for number in [each for each in self._since_ms if each not in found and _is_over(book.lots.get(each))]:
            del self._since_ms[number]
            self._why.pop(number, None)

    def _todo(self, number: int, found: RefusedStop, book: PairBook, reference: Decimal | None, now_ms: int) -> Todo:
        if reference is not None:
            again = refused_stop_of(book.lots[number], *book.terms, now_ms, reference)
            self._why[number] = (again or found).why
        why = self._why.get(number, found.why)
        text = f"{plain(found.quantity)} {book.base} of lot {found.lot} has no stop: {why}; it is tried again by itself"
        command = f"lotkeeper explain {found.lot}"
        return Todo(TroubleKind.STOP_REFUSED, text, command, book.symbol, found.lot, since_ms=self._since_ms[number])


def _is_over(lot: Lot | None) -> bool:
    """Whether it has a stop on the book, or needs none any more."""
    return lot is None or not lot.live_sells or any(_stops(lot))


def _stops(lot: Lot) -> Iterator[bool]:
    return (each.stop is not None and each.is_cancelable for each in lot.live_sells)
