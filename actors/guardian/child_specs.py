"""How each child of the Guardian is started and supervised.

Each first message is made when the child starts, from the settings and addresses of that moment. `hang_timeout_s` is
longer than any request or write of that child may take.
"""

from collections.abc import Callable, Iterator

from actors.alerts.actor import Alerts
from actors.fee_reserve.actor import FeeReserve
from actors.gateway.actor import Gateway
from actors.guardian.children import (
    ALERTS,
    FEE_RESERVE,
    GATEWAY,
    HOST_LEASE,
    LEDGER,
    MONITOR,
    PRICES,
    USER_STREAM,
    peers_of,
)
from actors.guardian.first_messages import (
    start_alerts,
    start_gateway,
    start_ledger,
    start_market_stream,
    start_user_stream,
)
from actors.guardian.state import GuardianState
from actors.host_lease.actor import HostLease
from actors.ledger.actor import Ledger
from actors.market_stream.actor import MarketStream
from actors.monitor.actor import Monitor
from actors.pair_supervisor import PairSupervisor
from actors.price_broadcaster.actor import PriceBroadcaster
from actors.supervising import RETRY_LATER
from actors.user_stream.actor import UserStream
from lotkeeper.engine.supervision import ChildSpec
from lotkeeper.exchange.websocket.market_shares import named_shares
from messages.alerts import StartAlerts
from messages.lifecycle import (
    Address,
    PairSettings,
    Peers,
    StartFeeReserve,
    StartGateway,
    StartHostLease,
    StartLedger,
    StartMarketStream,
    StartMonitor,
    StartPair,
    StartPrices,
    StartUserStream,
)


class ChildSpecs:
    """`child` gives the address of a child that runs by its name, else None."""

    def __init__(self, state: GuardianState, child: Callable[[str], Address]) -> None:
        self._state, self._child = state, child

    def peers(self) -> Peers:
        return peers_of(self._child)

    def shared(self) -> tuple[ChildSpec, ...]:
        """Those that all pairs need, in the order in which they are started, before any pair."""
        return (
            ChildSpec(MONITOR, Monitor, self._monitor, on_give_up=RETRY_LATER),
            ChildSpec(LEDGER, Ledger, self._ledger, on_give_up=RETRY_LATER, hang_timeout_s=60.0),
            ChildSpec(GATEWAY, Gateway, self._gateway, on_give_up=RETRY_LATER, hang_timeout_s=30.0),
            ChildSpec(PRICES, PriceBroadcaster, self._prices, on_give_up=RETRY_LATER),
            ChildSpec(USER_STREAM, UserStream, self._user_stream, on_give_up=RETRY_LATER, hang_timeout_s=30.0),
        )

    def host_lease(self) -> Iterator[ChildSpec]:
        """Only on a host that takes turns with another one."""
        term = self._state.settings.term
        if term is not None and term.may_send_until_s is not None:
            yield ChildSpec(HOST_LEASE, HostLease, self._host_lease, on_give_up=RETRY_LATER, hang_timeout_s=15.0)

    def fee_reserve(self) -> Iterator[ChildSpec]:
        """Only where the configuration says how much BNB is to be there for fees."""
        if self._state.settings.fees is not None:
            yield ChildSpec(FEE_RESERVE, FeeReserve, self._fee_reserve, on_give_up=RETRY_LATER)

    def alerts(self) -> ChildSpec:
        return ChildSpec(ALERTS, Alerts, self._alerts, on_give_up=RETRY_LATER, hang_timeout_s=30.0)

    def pair(self, pair: PairSettings) -> ChildSpec:
        def start(_: int) -> StartPair:
            return StartPair(self._state.pair_settings(pair), self._state.settings, self.peers())

        return ChildSpec(pair.symbol, PairSupervisor, start, on_give_up=RETRY_LATER)

    def market_stream(self, name: str) -> ChildSpec:
        def start(_: int) -> StartMarketStream:
            symbols = named_shares(self._state.kept).get(name, ())
            return start_market_stream(name, self._state.start, symbols, self.peers())

        return ChildSpec(name, MarketStream, start, on_give_up=RETRY_LATER, hang_timeout_s=30.0)

    # The first messages

    def _monitor(self, _: int) -> StartMonitor:
        state = self._state
        return StartMonitor(state.kept, state.started_ms, state.settings.alerts.held_longer_than_ms)

    def _ledger(self, _: int) -> StartLedger:
        state = self._state
        return start_ledger(state.start, self._child(MONITOR), state.started_ms, state.halting.halts)

    def _gateway(self, _: int) -> StartGateway:
        state = self._state
        switch = state.halting.halts.kill_switch
        return start_gateway(state.start, state.launcher, self._child(MONITOR), state.kept, switch)

    def _prices(self, _: int) -> StartPrices:
        return StartPrices(self._child(MONITOR), self._state.kept)

    def _user_stream(self, _: int) -> StartUserStream:
        return start_user_stream(self._state.start, self._state.launcher, self._child(MONITOR))

    def _host_lease(self, _: int) -> StartHostLease:
        settings = self._state.settings
        assert settings.term is not None  # else it is not started
        return StartHostLease(settings.database, settings.term, self._state.launcher, self.peers())

    def _fee_reserve(self, _: int) -> StartFeeReserve:
        settings = self._state.settings
        assert settings.fees is not None  # else it is not started
        return StartFeeReserve(settings.fees, settings.pairs[0].symbol, settings.recv_window_ms, self.peers())

    def _alerts(self, _: int) -> StartAlerts:
        state = self._state
        return start_alerts(state.start, state.launcher, self._child(MONITOR), state.started_ms)
