"""The parts of the exchange that faults act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.api.keys import KeyStore
from binance_sim.api.limits import Limits
from binance_sim.faults.fault import FaultError
from binance_sim.journal.facts import JournalFacts
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.sockets.peers import PeerGroup
from binance_sim.streams.hub import MarketHub
from binance_sim.wsapi.subscriptions import UserHub


@dataclass(slots=True)
class FaultTargets:
    """The parts of the running exchange."""

    exchange: Exchange
    keys: KeyStore
    limits: Limits
    users: UserHub
    streams: MarketHub
    api_peers: PeerGroup
    market_peers: PeerGroup
    facts: JournalFacts

    def account(self, params: Mapping[str, Any]) -> TradingAccount:
        """The account with the given name, by default the first; raises FaultError."""
        accounts = self.exchange.accounts
        name = str(params.get("account", next(iter(accounts))))
        if name not in accounts:
            raise FaultError(f"account {name} is not among {', '.join(accounts)}")
        return accounts[name]

    def market(self, params: Mapping[str, Any]) -> SymbolMarket:
        """The pair that `symbol` names; raises FaultError."""
        markets, name = self.exchange.markets, str(params.get("symbol"))
        if name not in markets:
            raise FaultError(f"symbol {name} is not among {', '.join(markets)}")
        return markets[name]
