"""Which host may trade for the account: the lease that hosts which share a database of a server take in turns.

A host that was started with --standby waits for its turn. One without holds a lease that does not end: it trades on
while the database is away, and no other host takes its place by itself.
"""

import contextlib
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from lotkeeper.config import Config, in_flight_file
from lotkeeper.database_url import is_postgresql
from lotkeeper.service.errors import ConfigurationError, ServiceError
from lotkeeper.service.start_moment import now
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.trading.recovery.host_lease import (
    LIFE_MS,
    Claim,
    HostLease,
    MayTake,
    MustWait,
    WaitReason,
    decide_take,
    may_send_until,
)
from messages.host_lease import HostTerm
from persistence.engines.choice import host_leases_of
from persistence.errors import StoreError

_LOOK_EVERY_S = 0.25
_WAIT_FOR_LOCK_S = 1.0
_ALONE_WAITS_S = 2 * LIFE_MS / 1000
_SAY_EVERY_S = 60.0

log = logging.getLogger("lotkeeper.launcher")


def check_standby(config: Config, *, is_standby: bool) -> None:
    """Raises ConfigurationError where two hosts cannot share the database."""
    if is_standby and not is_postgresql(config.database):
        raise ConfigurationError(
            f"--standby needs a database that both hosts reach, and {config.database} is a file of this one: "
            "set `database` to a PostgreSQL server, postgresql://USER@SERVER/NAME"
        )


def host_claim(config: Config, *, is_standby: bool) -> "HostClaim | None":
    """The claim of this host; None for a database that is a file of it."""
    return HostClaim(config, is_standby=is_standby) if is_postgresql(config.database) else None


@dataclass(slots=True)
class _Sight:
    """The record as it was seen last, and since when (monotonic, s) it is unchanged."""

    found: HostLease | None = None
    since_s: float = 0.0

    def look(self, found: HostLease | None) -> float:
        """For how long it has been seen unchanged."""
        now_s = time.monotonic()
        if found != self.found or not self.since_s:
            self.found, self.since_s = found, now_s
        return now_s - self.since_s

    def forget(self) -> None:
        """The database was away: its holder could not renew the lease either."""
        self.since_s = 0.0


class HostClaim:
    """Takes the lease for this host, and gives it up."""

    def __init__(self, config: Config, *, is_standby: bool) -> None:
        self._config, self._is_standby = config, is_standby
        self._prefix = "standby" if is_standby else "starting"
        self._holder = _holder_id(in_flight_file(config).path.with_suffix(".holder"))
        self._host = socket.gethostname()
        self._sight = _Sight()
        self._token: int | None = None
        self._said = ("", float("-inf"))

    def take(self, must_stop: Callable[[], bool], on_wait: Callable[[str], None]) -> HostTerm | None:
        """Waits for the lease. None when `must_stop` says so.

        `on_wait` is called at least every few seconds with what it waits for. A host without --standby raises
        ServiceError where another one holds the lease, or where the database cannot be used.
        """
        began_s = time.monotonic()
        with closing(host_leases_of(self._config.database)) as leases:
            while not must_stop():
                asked = now()
                try:
                    found = leases.take(self._decide, self._wanted(), is_unending=not self._is_standby)
                    if isinstance(found, tuple):
                        return self._term(*found, asked.boot_ms / 1000)
                    self._wait(found, began_s, on_wait)
                    is_free = leases.wait_for_advisory_lock(_WAIT_FOR_LOCK_S)
                except StoreError as error:
                    self._bear(error, on_wait)
                    is_free = True
                if is_free:
                    time.sleep(_LOOK_EVERY_S)
        return None

    def release(self, may_arrive_ms: int) -> None:
        """After all actors have ended. Where it fails the lease ends by itself; one that does not end stays."""
        token, self._token = self._token, None
        if token is None:
            return
        with contextlib.suppress(StoreError), closing(host_leases_of(self._config.database)) as leases:
            leases.release(token, may_arrive_ms)
            log.info("this host has given its lease up (token %d)", token, extra=named(LogEvent.HOST_LEASE))

    @property
    def is_held(self) -> bool:
        return self._token is not None

    def lose(self) -> None:
        """Another host has it."""
        self._token = None

    def _decide(self, found: HostLease | None, now_ms: int) -> MayTake | MustWait:
        return decide_take(found, Claim(self._holder, self._is_standby, self._sight.look(found)), now_ms)

    def _wanted(self) -> HostLease:
        return HostLease(0, self._holder, self._host, 0, None, self._config.exchange.recv_window_ms)

    def _term(self, lease: HostLease, taken: MayTake, asked_s: float) -> HostTerm:
        self._token, before, now_s = lease.token, self._sight.found, time.monotonic()
        log.info("this host has the lease (token %d)", lease.token, extra=named(LogEvent.HOST_LEASE))
        until_s = may_send_until(asked_s) if self._is_standby else None
        term = HostTerm(lease.token, lease.holder, lease.host, until_s, now_s)
        if not taken.is_from_another or before is None:
            return term
        arrive_until_s = now_s + taken.may_arrive_ms / 1000 if taken.may_arrive_ms else None
        if arrive_until_s is not None:
            log.info(
                "orders of host %s may arrive for %.1f s more",
                before.host,
                arrive_until_s - now_s,
                extra=named(LogEvent.HOST_LEASE),
            )
        return replace(
            term,
            is_from_another=True,
            others_arrive_until_s=arrive_until_s,
            others_recv_window_ms=before.recv_window_ms,
        )

    def _wait(self, waits: MustWait, began_s: float, on_wait: Callable[[str], None]) -> None:
        found = self._sight.found
        host, token = ("", 0) if found is None else (found.host, found.token)
        if not self._is_standby and time.monotonic() - began_s > _ALONE_WAITS_S:
            raise ServiceError(
                f"host {host} trades with the database of this configuration (lease {token}): stop lotkeeper there, "
                "or start it here with --standby, which waits for its turn"
            )
        self._say(f"{self._prefix}: {_sentence(waits, host, token)}", on_wait)

    def _bear(self, error: StoreError, on_wait: Callable[[str], None]) -> None:
        self._sight.forget()
        if not self._is_standby:
            raise ServiceError(str(error)) from error
        self._say(f"{self._prefix}: {error}", on_wait)

    def _say(self, text: str, on_wait: Callable[[str], None]) -> None:
        """In the log once a minute, and when it changes."""
        said, at_s = self._said
        if text != said or time.monotonic() - at_s > _SAY_EVERY_S:
            self._said = (text, time.monotonic())
            log.info("%s", text, extra=named(LogEvent.HOST_LEASE))
        on_wait(text)


def _sentence(waits: MustWait, host: str, token: int) -> str:
    if waits.reason is WaitReason.UNENDING:
        return (
            f"host {host} runs without --standby, and its lease ({token}) does not end: start lotkeeper with "
            "--standby there, too; if that host is gone, start it here once without --standby"
        )
    if waits.reason is WaitReason.NOT_SURE:
        return f"host {host} has not renewed its lease ({token})"
    return f"host {host} holds the lease ({token})"


def _holder_id(path: Path) -> str:
    """One for each in-flight journal: who has the journal knows what the holder sent. It ends with the machine."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(8))
        if text := path.read_text().strip():
            return text
    except OSError as error:
        log.warning(
            "this host is a new one after each start, because %s cannot be used: %s",
            path,
            error,
            extra=named(LogEvent.HOST_LEASE),
        )
    return secrets.token_hex(8)
