"""What the trades of the kept pairs move on the account, by asset: one pair's coin is another's fee, or its quote."""

from collections import OrderedDict
from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.money import ZERO, total
from lotkeeper.trading.orders.fills import Fill, Side

_REMEMBERED = 10_000  # trades; a copy comes within the seconds in which two connections overlap


@dataclass(slots=True)
class AssetMovesByPair:
    """Sums since its beginning, each trade once."""

    _pairs: dict[str, tuple[str, str]] = field(default_factory=dict)  # base and quote, by symbol
    _moved: dict[tuple[str, str], Decimal] = field(default_factory=dict)  # by symbol and asset
    _taken: OrderedDict[tuple[str, int, Side], None] = field(default_factory=OrderedDict)

    def knows(self, symbol: str, base: str, quote: str) -> None:
        """A pair is kept; what it trades counts from now on."""
        self._pairs[symbol] = base, quote

    def take(self, fill: Fill) -> None:
        """A trade of one of the pairs; those of others, and copies, move nothing here."""
        key = fill.symbol, fill.trade_id, fill.side
        if fill.symbol not in self._pairs or key in self._taken:
            return
        self._taken[key] = None
        if len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)
        base, quote = self._pairs[fill.symbol]
        came, went = (base, fill.quantity), (quote, fill.quote_quantity)
        if fill.side is Side.SELL:
            came, went = went, came
        self._add(fill.symbol, *came)
        self._add(fill.symbol, went[0], went[1].copy_negate())
        self._add(fill.symbol, fill.commission_asset, fill.commission.copy_negate())

    def by_others(self, symbol: str, asset: str) -> Decimal:
        """What the trades of all pairs but this one have moved of the asset."""
        return total(moved for (of, what), moved in self._moved.items() if what == asset and of != symbol)

    def _add(self, symbol: str, asset: str, change: Decimal) -> None:
        self._moved[symbol, asset] = total((self._moved.get((symbol, asset), ZERO), change))
