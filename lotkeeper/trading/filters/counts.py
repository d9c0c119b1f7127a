"""Filters that count orders: of the pair, of the whole account, order lists, amendments."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lotkeeper.trading.filters.base import Draft, Filter, FilterRefusal, MarketContext


class _Counting(Filter):
    """Refuses one order more than `limit`. The value it names includes the draft."""

    __slots__ = ()
    of: ClassVar[str] = "orders"
    limit: int

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        known = self._known(draft, around)
        if known is None or known < self.limit:
            return None
        return FilterRefusal(self.name, self.of, Decimal(known + 1), Decimal(self.limit))

    def _known(self, draft: Draft, around: MarketContext) -> int | None:
        """How many there are, without the draft; None if the draft is not counted, or nobody knows."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class MaxNumOrders(_Counting):
    """Open orders of the pair, algo orders and the trader's orders included."""

    name: ClassVar[str] = "MAX_NUM_ORDERS"
    limit: int

    def _known(self, draft: Draft, around: MarketContext) -> int | None:
        return around.pair.orders if draft.amends is None else None


@dataclass(frozen=True, slots=True)
class MaxNumAlgoOrders(_Counting):
    """Orders of the pair that wait for a trigger price."""

    name: ClassVar[str] = "MAX_NUM_ALGO_ORDERS"
    limit: int

    def _known(self, draft: Draft, around: MarketContext) -> int | None:
        return around.pair.algo if draft.order_type.is_algo else None


@dataclass(frozen=True, slots=True)
class MaxNumIcebergOrders(_Counting):
    name: ClassVar[str] = "MAX_NUM_ICEBERG_ORDERS"
    limit: int

    def _known(self, draft: Draft, around: MarketContext) -> int | None:
        return around.pair.iceberg if draft.iceberg_quantity else None


@dataclass(frozen=True, slots=True)
class MaxNumOrderLists(_Counting):
    name: ClassVar[str] = "MAX_NUM_ORDER_LISTS"
    limit: int

    def _known(self, draft: Draft, around: MarketContext) -> int | None:
        return around.pair.lists if draft.opens_list else None


@dataclass(frozen=True, slots=True)
class MaxNumOrderAmends(_Counting):
    """How often one order may be amended (Binance filters.md; refused with -2038)."""

    name: ClassVar[str] = "MAX_NUM_ORDER_AMENDS"
    of: ClassVar[str] = "amendments"
    limit: int

    def _known(self, draft: Draft, around: MarketContext) -> int | None:
        return draft.amends


@dataclass(frozen=True, slots=True)
class ExchangeMaxNumOrders(_Counting):
    """Open orders of the account, on all pairs."""

    name: ClassVar[str] = "EXCHANGE_MAX_NUM_ORDERS"
    limit: int

    def _known(self, draft: Draft, around: MarketContext) -> int | None:
        return around.account.orders if draft.amends is None else None


@dataclass(frozen=True, slots=True)
class ExchangeMaxNumAlgoOrders(_Counting):
    name: ClassVar[str] = "EXCHANGE_MAX_NUM_ALGO_ORDERS"
    limit: int

    def _known(self, draft: Draft, around: MarketContext) -> int | None:
        return around.account.algo if draft.order_type.is_algo else None


@dataclass(frozen=True, slots=True)
class ExchangeMaxNumIcebergOrders(_Counting):
    name: ClassVar[str] = "EXCHANGE_MAX_NUM_ICEBERG_ORDERS"
    limit: int

    def _known(self, draft: Draft, around: MarketContext) -> int | None:
        return around.account.iceberg if draft.iceberg_quantity else None


@dataclass(frozen=True, slots=True)
class ExchangeMaxNumOrderLists(_Counting):
    name: ClassVar[str] = "EXCHANGE_MAX_NUM_ORDER_LISTS"
    limit: int

    def _known(self, draft: Draft, around: MarketContext) -> int | None:
        return around.account.lists if draft.opens_list else None
