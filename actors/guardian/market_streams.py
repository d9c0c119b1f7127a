"""The market streams, each of which serves a share of the pairs."""

from actors.guardian.child_specs import ChildSpecs
from actors.guardian.state import GuardianState
from actors.guardian.wakeups import MarketStreamsDue
from lotkeeper.engine.supervision import Supervisor
from lotkeeper.exchange.websocket.connect_policy import market_streams_start_after_s
from lotkeeper.exchange.websocket.market_shares import MARKET_STREAM, named_shares
from messages.lifecycle import ServePairs


class MarketStreams:
    """As many as the pairs need. With many pairs they start when the keepers have been started."""

    def __init__(self, guardian: Supervisor, state: GuardianState, specs: ChildSpecs) -> None:
        self._guardian, self._state, self._specs = guardian, state, specs
        self._are_started = False

    def begin(self) -> None:
        wait_s = market_streams_start_after_s(len(self._state.settings.pairs))
        if wait_s:
            self._guardian.wake_in(wait_s, MarketStreamsDue())
        else:
            self.start()

    def start(self) -> None:
        self._are_started = True
        self.follow_pairs()

    def follow_pairs(self) -> None:
        """Starts the streams that are missing, ends those without a pair, and tells the others what they serve."""
        if not self._are_started:
            return
        shares, here = named_shares(self._state.kept), {status.key for status in self._guardian.child_statuses()}
        for name, symbols in shares.items():
            child = self._guardian.child(name)
            if child is not None:
                self._guardian.send(child, ServePairs(symbols))
        for name in (each for each in here if each.startswith(MARKET_STREAM) and each not in shares):
            self._guardian.dismiss(name)
        self._guardian.supervise(*(self._specs.market_stream(name) for name in shares if name not in here))
