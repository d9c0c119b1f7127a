"""What the wallet endpoints answer, set by control requests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from binance_sim.account.wallet import MAINTENANCE, NORMAL, RESTRICTIONS
from binance_sim.faults.fault import FaultError
from binance_sim.matching.exchange import Exchange

Json = dict[str, Any]


@dataclass(slots=True)
class WalletAdmin:
    """Shows and changes the exchange's wallet."""

    exchange: Exchange

    def describe(self) -> Json:
        wallet = self.exchange.wallet
        return {
            "available": wallet.available,
            "status": wallet.status,
            "delistSchedule": wallet.delist_schedule,
            "tags": wallet.tags,
            "restrictions": RESTRICTIONS | wallet.restrictions,
        }

    def change(self, body: Json) -> Json:
        """Set what the body names, each as a whole; all of it is read before anything changes. Raises FaultError."""
        readers: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
            "available": ("available", lambda value: read_flag("available", value)),
            "status": ("status", read_status),
            "delistSchedule": ("delist_schedule", self._read_schedule),
            "tags": ("tags", self._read_tags),
            "restrictions": ("restrictions", read_restrictions),
        }
        if unknown := body.keys() - readers.keys():
            raise FaultError(f"the wallet has no {min(unknown)}; it has: {', '.join(readers)}")
        found = {readers[name][0]: readers[name][1](value) for name, value in body.items()}
        for field, value in found.items():
            setattr(self.exchange.wallet, field, value)
        return self.describe()

    def _read_schedule(self, value: Any) -> list[Json]:
        example = '[{"delistTime": 1795600000000, "symbols": ["ADAUSDT"]}]'
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise FaultError(f"delistSchedule is {value!r}, not a list such as {example}")
        for row in value:
            symbols = row.get("symbols")
            if not isinstance(row.get("delistTime"), int) or not isinstance(symbols, list) or len(row) > 2:
                raise FaultError(f"delistSchedule has {row!r}, not a row such as in {example}")
            for symbol in symbols:
                if symbol not in self.exchange.markets:
                    raise FaultError(f"delistSchedule: {symbol} is not among {', '.join(self.exchange.markets)}")
        return value

    def _read_tags(self, value: Any) -> dict[str, list[str]]:
        if not isinstance(value, dict):
            raise FaultError(f'tags is {value!r}, not an object such as {{"ADA": ["Monitoring"]}}')
        for asset, tags in value.items():
            if asset not in self.exchange.assets():
                raise FaultError(f"tags: {asset} is not among {', '.join(self.exchange.assets())}")
            if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
                raise FaultError(f"tags: those of {asset} are {tags!r}, not a list of texts")
        return value


def read_flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise FaultError(f"{name} is {value!r}, not true or false")
    return value


def read_status(value: Any) -> int:
    if value not in (NORMAL, MAINTENANCE) or isinstance(value, bool):
        raise FaultError(f"status is {value!r}, not 0 (normal) or 1 (system maintenance)")
    return int(value)


def read_restrictions(value: Any) -> dict[str, bool]:
    if not isinstance(value, dict):
        raise FaultError(f'restrictions is {value!r}, not an object such as {{"ipRestrict": true}}')
    if unknown := value.keys() - RESTRICTIONS.keys():
        raise FaultError(f"restrictions has no {min(unknown)}; it has: {', '.join(RESTRICTIONS)}")
    return {name: read_flag(name, allowed) for name, allowed in value.items()}
