"""Reports of orders that have the name of a SELL in flight, until it is known which order the SELL is."""

from dataclasses import dataclass, field

from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.order import OrderReport, SellOrder, frees_coins_uncertainly


@dataclass(slots=True)
class UncertainReports:
    """Each may be of an earlier order of that name."""

    _kept: dict[SellName, list[OrderReport]] = field(default_factory=dict)

    def keep(self, known: SellOrder | None, report: OrderReport) -> bool:
        """Whether the report may be of an earlier order than `known`: then it is kept until the order id is known."""
        if known is None or not frees_coins_uncertainly(known, report):
            return False
        kept = self._kept.setdefault(known.name, [])
        kept += [report] if report not in kept else []
        return True

    def pop_of(self, name: SellName, report: OrderReport) -> list[OrderReport]:
        """Those of the reported order, which is ours; those of the other order of the same SELL stay uncertain."""
        kept = self._kept.pop(name, [])
        if of_other := [each for each in kept if each.is_stop != report.is_stop]:
            self._kept[name] = of_other
        return [each for each in kept if each.order_id == report.order_id]
