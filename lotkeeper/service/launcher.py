"""The launcher: the service's main process. Holds the API key, and starts, restarts and stops the actor system."""

import logging
import signal
import time
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

from actors.guardian import Guardian
from lotkeeper.config import Config, runtime_dir
from lotkeeper.engine.errors import AlreadyRunningError, AskError, EngineError, StartFailedError, SystemGoneError
from lotkeeper.engine.notifying import Notifier
from lotkeeper.engine.service import RunningSystem, start
from lotkeeper.logging.setup import configure_logging, flush_logs, hide, request_rotation
from lotkeeper.service.configuration import check_pairs_listed, service_settings
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.key_handover import close_in_children, read_credentials, restart_process
from lotkeeper.version import ENGINE_LABEL
from messages.lifecycle import (
    Credentials,
    RequestCredentials,
    RequestStop,
    StartGuardian,
    secret_values,
)
from persistence.errors import StoreError
from persistence.records import StateRecord
from persistence.store import Store

_PRELOAD = (
    "requests",
    "websocket",
    "orjson",
    "pony.orm",
    "persistence.store",
    "actors.guardian",
    "lotkeeper.logging.setup",
)
# What a message is about, for the log at DEBUG. A later name wins where two give the same field.
_SUBJECT_FIELDS = (
    "pair.symbol",
    "report.symbol",
    "report.client_id",
    "report.order_id",
    "price.symbol",
    "stream",
    "symbol",
    "lot",
    "client_id",
    "order_id",
)
_LISTEN_S = 0.2
_PING_EVERY_S = 1.0
_PONG_WITHIN_S = 5.0
_ROTATE_EVERY_S = 5.0
_STOP_WITHIN_S = 3.0
_MAX_STARTS = 5  # of the whole system within _STARTS_WITHIN_S; then the launcher gives up
_STARTS_WITHIN_S = 60.0
_ACCOUNT = "account"  # the database's key for the account whose lots it holds

log = logging.getLogger("lotkeeper.launcher")


class Launcher:
    """Not an actor. It gives the API key to the actors that sign requests, after they were forked."""

    def __init__(
        self,
        config: Config,
        path: Path,
        credentials_fd: int,
        account: str = "",
        *,
        is_quiet: bool,
        starts: str,
        lease: int | None = None,
    ) -> None:
        """After a restart `starts` are the times of the earlier starts and `lease` is the token of the last one.

        The times are in seconds since 1970, separated by commas.
        """
        self._config, self._path, self._fd, self._account = config, path, credentials_fd, account
        self._is_quiet = is_quiet
        self._started_at = [*(float(each) for each in starts.split(",") if each), time.time()]
        self._is_stopping = False
        self._lease = lease
        self._credentials: Credentials | None = None
        self._notifier = Notifier()
        self._pinged_at = self._rotated_at = time.monotonic()

    def run(self) -> None:
        """Runs until a signal or a stop command. Raises ServiceError if the system cannot start, or keeps failing."""
        self._configure_logging("launcher")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        if len(self._started_at) == 1:  # a restart works while the exchange is unreachable: the actors wait for it
            check_pairs_listed(self._config, self._path)
        self._lease = self._next_lease()
        close_in_children(self._fd)
        try:
            system = start(
                runtime_dir(self._config),
                Guardian,
                StartGuardian(replace(service_settings(self._config), lease=self._lease)),
                preload=_PRELOAD,
                on_process_start=self._configure_logging,
                subject_fields=_SUBJECT_FIELDS,
                label=ENGINE_LABEL,
            )
        except AlreadyRunningError as error:
            raise ServiceError(f"lotkeeper is already running with this configuration: {error}") from error
        except (StartFailedError, SystemGoneError) as error:  # killed while it was starting
            self._restart(error)
        except EngineError as error:
            raise ServiceError(str(error)) from error
        self._serve(system)

    def _next_lease(self) -> int:
        """After a restart the last start's token is still valid, as are its locks, if the database cannot be opened."""
        try:
            return next_lease_token(self._config, self._account)
        except ServiceError as error:
            if self._lease is None:
                raise
            log.error("%s", error)
            return self._lease

    def _serve(self, system: RunningSystem) -> None:
        self._credentials = read_credentials(self._fd)
        hide(secret_values(self._credentials))
        log.info("lotkeeper keeps %s", ", ".join(self._config.pairs))
        self._notifier.notify_ready()
        try:
            while not self._is_stopping:
                self._turn(system)
        except (SystemGoneError, AskError) as error:
            if not self._is_stopping:
                system.stop(_STOP_WITHIN_S)
                self._restart(error)
        self._notifier.notify_stopping()
        system.stop(_STOP_WITHIN_S)
        log.info("stopped; the SELLs stay on the book")

    def _turn(self, system: RunningSystem) -> None:
        self._handle_message(system, system.listen(_LISTEN_S))
        now = time.monotonic()
        if now - self._pinged_at >= _PING_EVERY_S:
            system.ping(_PONG_WITHIN_S)
            self._notifier.notify_alive()
            self._pinged_at = time.monotonic()
        if now - self._rotated_at >= _ROTATE_EVERY_S:
            request_rotation(self._config.logs)
            self._rotated_at = now

    def _handle_message(self, system: RunningSystem, message: object) -> None:
        if isinstance(message, RequestCredentials) and self._credentials is not None:
            system.send_to(message.reply_to, self._credentials)
        elif isinstance(message, RequestStop):
            self._is_stopping = True

    def _restart(self, error: Exception) -> NoReturn:
        """The actor system ended or does not answer: replaces this process by a fresh one, which starts it again."""
        log.error("the actor system failed: %s", error)
        recent = [each for each in self._started_at if time.time() - each < _STARTS_WITHIN_S]
        if len(recent) >= _MAX_STARTS:
            raise ServiceError(f"the actor system failed {len(recent)} times in {_STARTS_WITHIN_S:.0f} s: {error}")
        log.warning("restarting the actor system")
        flush_logs()
        restart_process(
            ["--lease", str(self._lease), "--again", ",".join(str(each) for each in recent or self._started_at[-1:])]
        )

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._is_stopping = True

    def _configure_logging(self, process: str) -> None:
        configure_logging(self._config.logs, process, terminal=not self._is_quiet)
        log.debug("%s started", process)


def next_lease_token(config: Config, account: str = "") -> int:
    """The fencing token of a start, greater than that of every earlier one.

    Raises ServiceError if the database cannot be opened or holds the lots of another account. `account` is the lease's
    name for the account; it is empty where the exchange did not tell the account's number.
    """
    try:
        store = Store.open(config.database)
        try:
            known = store.state(_ACCOUNT)
            if account and known not in (None, account):
                raise ServiceError(
                    f"the database {store.path} holds the lots of another account (an account on a test exchange is "
                    "another account, too); set `database` to another path"
                )
            if account and known is None:
                store.record([StateRecord(_ACCOUNT, account)])
            return store.take_lease()
        finally:
            store.close()
    except StoreError as error:
        raise ServiceError(str(error)) from error
