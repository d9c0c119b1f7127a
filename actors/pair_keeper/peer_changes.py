"""The keeper's peers begin new lives: each new one is told what its predecessor may not have handled."""

from actors.pair_keeper.bid_watch import BidWatch
from actors.pair_keeper.coins_watch import CoinsWatch
from actors.pair_keeper.effects import Effects, Moment
from actors.pair_keeper.introduction import Introduction
from actors.pair_keeper.ledger_outbox import LedgerOutbox
from actors.pair_keeper.market_rules import MarketRules
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.stream_watch import StreamWatch
from actors.pair_keeper.trust import TradingPermission
from messages.lifecycle import Peers, PeersChanged, StartKeeper


class PeerChanges:
    """At the start every peer is new."""

    def __init__(
        self,
        state: KeeperState,
        requests: Requests,
        *,
        permission: TradingPermission,
        rules: MarketRules,
        ledger: LedgerOutbox,
        coins: CoinsWatch,
        stream: StreamWatch,
        bids: BidWatch,
        introduction: Introduction,
    ) -> None:
        self._state, self._requests, self._permission = state, requests, permission
        self._rules, self._ledger, self._coins = rules, ledger, coins
        self._stream, self._bids, self._introduction = stream, bids, introduction

    def on_start(self, message: StartKeeper, now: Moment) -> Effects[None]:
        self._permission.start(now)
        yield from self._meet(message.peers, now)
        yield from self._rules.begin(now)

    def on_peers_changed(self, message: PeersChanged, now: Moment) -> Effects[None]:
        yield from self._meet(message.peers, now)

    def _meet(self, new: Peers, now: Moment) -> Effects[None]:
        old, self._state.peers = self._state.peers, new
        if new.user_stream != old.user_stream:
            yield from self._stream.watch(now)
        if new.ledger not in (None, old.ledger):
            yield from self._ledger.send_again(now)
            yield from self._permission.write()
            if self._state.coins.own is not None:
                yield self._coins.record()
        if new.prices not in (None, old.prices):
            yield from self._rules.publish()
            yield from self._bids.ask_again(now)
        if new.gateway not in (None, old.gateway):
            yield from self._introduction.begin(now)
            yield from self._requests.send_again(0, now)
