"""What faults can reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lotkeeper.paper.account.account import Account
from lotkeeper.paper.api.keys import Keys
from lotkeeper.paper.api.limits import Limits
from lotkeeper.paper.faults.fault import FaultError
from lotkeeper.paper.journal.openings import Openings
from lotkeeper.paper.matching.desks import Desk
from lotkeeper.paper.matching.exchange import Exchange
from lotkeeper.paper.sockets.peers import Peers

if TYPE_CHECKING:
    from lotkeeper.paper.streams.hub import Streams
    from lotkeeper.paper.wsapi.subscriptions import UserHub


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
