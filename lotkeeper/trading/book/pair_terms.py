"""What a pair is kept by: its assets, its market's rules, its exit policy, and which of its BUYs become lots."""

from dataclasses import dataclass

from lotkeeper.trading.book.rebuild import with_found_costs
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.policy import Dust, ExitPolicy, Market


@dataclass(slots=True)
class PairTerms:
    """Market and policy are None until they are known, and change while the pair is kept."""

    symbol: str
    base: str
    quote: str
    market: Market | None
    policy: ExitPolicy | None
    adopts_all_buys: bool  # False: a BUY becomes a lot only when a person names it

    @property
    def keeps_dust(self) -> bool:
        return self.policy is None or self.policy.dust is Dust.KEEP

    def new_lot(self, fill: Fill) -> Lot:
        """The lot of a BUY, with its first fill."""
        return Lot(self.symbol, self.base, self.quote, fill.order_id, (fill,))

    def with_found_costs(self, lot: Lot, since_ms: int) -> Lot:
        """The lot after its SELLs that were found on the exchange shared its cost anew (see `rebuild.py`)."""
        return with_found_costs(lot, since_ms, self.market, self.policy)
