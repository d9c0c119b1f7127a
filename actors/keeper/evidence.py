"""What the keeper finds out when the exchange refuses a SELL: the coins that are free, the price it measures by.

Known only then, and forgotten as soon as something may have changed it: an old figure must hold back no SELL.
"""

from abc import abstractmethod
from decimal import Decimal

from actors.keeper.proving import Proving
from actors.keeper.topics import AboutBalance, AboutProbe, AboutReference
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.money import floor_to, total
from messages.queries import BalanceFetched, FetchBalance, FetchReference, ReferenceFetched

_FRESH_S = 20.0  # a figure that is younger is not asked for again
_LASTS_S = 60.0


class Evidence(Proving):
    """What is known of the account and the market beside the book; None while nothing is."""

    _free: Decimal | None = None
    _free_at = 0.0
    _reference: Decimal | None = None
    _reference_at = 0.0

    def _look_at_balance(self) -> None:
        base = self._book.base
        self._ask_once(lambda number: FetchBalance(number, base), AboutBalance())

    def _look_at_reference(self) -> None:
        self._ask_once(lambda number: FetchReference(number, self._symbol), AboutReference())

    def _look_at_what_is_old(self) -> bool:
        """Asks anew for figures that hold lots back and are not fresh; False when there is none."""
        latest = self.monotonic() - _FRESH_S
        is_free_old = self._free is not None and self._free_at <= latest
        is_reference_old = self._reference is not None and self._reference_at <= latest
        if is_free_old:
            self._look_at_balance()
        if is_reference_old:
            self._look_at_reference()
        return is_free_old or is_reference_old

    @handles(BalanceFetched)
    def _balance_fetched(self, message: BalanceFetched, sender: Sender) -> None:
        about = self._requests.answered(message.request_id)
        if isinstance(about, AboutProbe):
            self._probed(message)
        if not isinstance(about, AboutBalance):
            self._about_balance(about, message)
            return
        self._free = message.free if message.free < self._for_sale() else None
        self._free_at = self.monotonic()
        self._follow_open()

    @abstractmethod
    def _probed(self, message: BalanceFetched) -> None:
        """What the account holds of the pair's coin while nothing is heard of it."""

    @abstractmethod
    def _about_balance(self, about: object, message: BalanceFetched) -> None:
        """A balance that somebody else asked for."""

    def _for_sale(self) -> Decimal:
        """All that could be sold and has no SELL."""
        assert self._market is not None
        step = self._market.pair.step
        return total(floor_to(lot.remainder, step) for lot in self._book.lots.open() if lot.remainder > 0)

    @handles(ReferenceFetched)
    def _reference_fetched(self, message: ReferenceFetched, sender: Sender) -> None:
        if self._requests.answered(message.request_id) is None:
            return
        self._reference, self._reference_at = message.price, self.monotonic()
        self._follow_open()

    def _traded(self) -> None:
        """A fill, or the end of an order, came: what was known to be free is not any more."""
        self._free = None

    def _forget_stale_evidence(self) -> None:
        if self.monotonic() - self._reference_at > _LASTS_S:
            self._reference = None
