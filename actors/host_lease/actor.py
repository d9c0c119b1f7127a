"""HostLease: renews the lease of this host. Runs only on a host that takes turns with another one."""

from typing import TYPE_CHECKING, Any

from actors.gateway.sending_term import since_boot_s
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.trading.recovery.host_lease import RENEW_EVERY_S, may_send_until
from messages.host_lease import HostLeaseLost, HostLeaseRenewed, HostLeaseReported
from messages.lifecycle import Peers, PeersChanged, StartHostLease
from persistence.engines.choice import host_leases_of
from persistence.errors import OvertakenError, StoreError

if TYPE_CHECKING:
    from persistence.engines.postgresql.host_leases import HostLeases

_COMPLAIN_EVERY_S = 60.0


class HostLease(EngineActor):
    """While the database cannot be reached nothing is renewed, and the Gateway stops by its own clock."""

    _start: StartHostLease | None = None
    _peers = Peers()
    _leases: "HostLeases"
    _until_s = 0.0  # since the boot: until then the Gateway may send
    _trouble = ""
    _complained_at = float("-inf")
    _is_lost = False

    @handles(StartHostLease)
    def _begin(self, message: StartHostLease, sender: Sender) -> None:
        self._start, self._peers, self._until_s = message, message.peers, message.term.may_send_until_s or 0.0
        self._leases = host_leases_of(message.database)
        self._renew()

    @handles(PeersChanged)
    def _on_peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        newcomers, self._peers = message.peers.newcomers(self._peers), message.peers
        if newcomers.gateway is not None:
            self._tell_gateway()

    def on_wakeup(self, payload: Any) -> None:
        self._renew()

    def _renew(self) -> None:
        assert self._start is not None
        if self._is_lost:
            return
        self.wake_in(RENEW_EVERY_S)
        asked_s = since_boot_s()
        try:
            self._leases.renew(self._start.term.token)
            self._note_renewed(asked_s)
            self._leases.hold_advisory_lock()
        except OvertakenError as error:
            self._lose(str(error))
        except StoreError as error:
            self._complain(str(error))
        self._report()

    def _note_renewed(self, asked_s: float) -> None:
        self._until_s, self._trouble = max(self._until_s, may_send_until(asked_s)), ""
        self._tell_gateway()

    def _tell_gateway(self) -> None:
        if self._peers.gateway is not None:
            self.send(self._peers.gateway, HostLeaseRenewed(self._until_s))

    def _lose(self, reason: str) -> None:
        assert self._start is not None
        self._is_lost, self._trouble = True, reason
        self.log.error("%s", reason, extra=named(LogEvent.HOST_LEASE))
        self.send(self._start.launcher, HostLeaseLost(reason))

    def _complain(self, reason: str) -> None:
        self._trouble = reason
        if self.monotonic() - self._complained_at >= _COMPLAIN_EVERY_S:
            self._complained_at = self.monotonic()
            self.log.error("the lease of this host is not renewed: %s", reason, extra=named(LogEvent.HOST_LEASE))

    def _report(self) -> None:
        assert self._start is not None
        term = self._start.term
        if self._peers.monitor is not None:
            left_ms = round((self._until_s - since_boot_s()) * 1000)
            self.send(
                self._peers.monitor, HostLeaseReported(self.wall_ms(), term.host, term.token, left_ms, self._trouble)
            )

    def on_exit(self) -> None:
        if self._start is not None:
            self._leases.close()
