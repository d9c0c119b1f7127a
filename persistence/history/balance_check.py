"""Whether the account had the coins of the open lots, when its balances were shown last."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.halts import utc
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import ZERO, plain, total
from persistence.balances import balance_of
from persistence.history.database import HistoryDatabase


@dataclass(slots=True)
class HeldCoins:
    """What open lots have not sold, by asset, and the newest trade of any lot of the asset."""

    _held: dict[str, Decimal] = field(default_factory=dict)
    _newest_ms: dict[str, int] = field(default_factory=dict)  # exchange's clock

    def add(self, lot: Lot) -> None:
        if lot.state is not LotState.CLOSED:
            kept = total((lot.remainder, lot.open_quantity))
            self._held[lot.base] = total((self._held.get(lot.base, ZERO), kept))
        times = [each.time_ms for each in (*lot.buys, *lot.sells)]
        self._newest_ms[lot.base] = max(self._newest_ms.get(lot.base, 0), *times, 0)

    def check(self, database: HistoryDatabase) -> Iterator[str]:
        """A balance that is older than a trade says nothing: the trade has changed it."""
        for balance in map(balance_of, database.rows("SELECT * FROM balances ORDER BY asset")):
            held, there = self._held.get(balance.asset, ZERO), total((balance.free, balance.locked))
            if held > there and balance.at_ms >= self._newest_ms.get(balance.asset, 0):
                yield (
                    f"lots have {plain(held)} {balance.asset}, and the account had {plain(there)} at "
                    f"{utc(balance.at_ms)}: what is missing was sold, paid as a fee, or sent away elsewhere"
                )
