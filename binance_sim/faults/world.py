"""What faults can reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from binance_sim.account.account import Account
from binance_sim.api.keys import Keys
from binance_sim.api.limits import Limits
from binance_sim.faults.fault import FaultError
from binance_sim.journal.openings import Openings
from binance_sim.matching.desks import Desk
from binance_sim.matching.exchange import Exchange
from binance_sim.sockets.peers import Peers

if TYPE_CHECKING:
    from binance_sim.streams.hub import Streams
    from binance_sim.wsapi.subscriptions import UserHub


@dataclass(slots=True)
class World:
    """The running exchange, from behind."""

    exchange: Exchange
    keys: Keys
    limits: Limits
    users: UserHub
    streams: Streams
    api_peers: Peers
    market_peers: Peers
    openings: Openings

    def account(self, params: Mapping[str, Any]) -> Account:
        """The account that is named, or the first; raises FaultError."""
        accounts = self.exchange.accounts
        name = str(params.get("account", next(iter(accounts))))
        if name not in accounts:
            raise FaultError(f"account {name} is not among {', '.join(accounts)}")
        return accounts[name]

    def desk(self, params: Mapping[str, Any]) -> Desk:
        """The pair that `symbol` names; raises FaultError."""
        desks, name = self.exchange.desks, str(params.get("symbol"))
        if name not in desks:
            raise FaultError(f"symbol {name} is not among {', '.join(desks)}")
        return desks[name]
