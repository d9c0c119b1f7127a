"""What the wallet endpoints say besides balances, and the dust that was converted."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
# What a key may do, as `apiRestrictions` says it, if nobody changed it. Reading and trading follow from the key itself.
RESTRICTIONS = {
    "ipRestrict": False,
    "enableReading": True,
    "enableSpotAndMarginTrading": True,
    "enableWithdrawals": False,
    "enableInternalTransfer": False,
    "enableMargin": False,
    "enableFutures": False,
    "permitsUniversalTransfer": False,
    "enableVanillaOptions": False,
    "enableFixApiTrade": False,
    "enableFixReadOnly": False,
    "enablePortfolioMarginTrading": False,
}
NORMAL, MAINTENANCE = 0, 1
FIRST_TRANSFER_ID = 2_970_932_918


@dataclass(slots=True)
class Wallet:
    """Everything but balances; a control request changes it. All values are as in the answers."""

    available: bool = True  # if not, /sapi answers 404, as on the testnet
    status: int = NORMAL  # or MAINTENANCE: what `system/status` says; nothing else changes with it
    delist_schedule: list[Json] = field(default_factory=list)  # delistTime in ms, symbols
    tags: dict[str, list[str]] = field(default_factory=dict)  # by asset: Monitoring, Seed, ...
    restrictions: dict[str, bool] = field(default_factory=dict)  # what differs from RESTRICTIONS, for every key
    conversions: list[Json] = field(default_factory=list)  # the oldest first, each with the name of its account
    next_transfer_id: int = FIRST_TRANSFER_ID

    def take_transfer_id(self) -> int:
        self.next_transfer_id += 1
        return self.next_transfer_id - 1
