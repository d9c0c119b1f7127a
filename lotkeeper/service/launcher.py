"""The launcher: the service's main process. Starts the actor system, keeps the key, and sees the system to its end."""

import logging
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from actors.guardian import Guardian
from cli.shared import ConfigurationFailure, Failure
from lotkeeper.config import Config, adoption, exit_policy, in_flight_file, runtime_dir
from lotkeeper.config.listing import unlisted_pairs
from lotkeeper.engine.errors import AlreadyRunningError, AskError, EngineError, StartFailedError, SystemGoneError
from lotkeeper.engine.notifying import Notifier
from lotkeeper.engine.service import RunningSystem, start
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import Answered, is_refused_as
from lotkeeper.exchange.shapes import ExchangeInfo
from lotkeeper.logging.setup import configure_logging, hide, rotate_if_needed
from lotkeeper.service.key_handover import credentials_in, keep_from_children, start_again
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.version import ENGINE_LABEL
from messages.lifecycle import (
    Credentials,
    PairSettings,
    RequestCredentials,
    RequestStop,
    ServiceSettings,
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
_LISTEN_S = 0.2
_ALIVE_EVERY_S = 1.0
_ALIVE_WITHIN_S = 5.0
_ROTATE_EVERY_S = 5.0
_STOP_WITHIN_S = 3.0
_MOST_LIVES = 5  # of the whole system, within this time:
_LIVES_WITHIN_S = 60.0
_ACCOUNT = "account"  # whose lots the database holds

log = logging.getLogger("lotkeeper.launcher")


class Launcher:
    """Not an actor. It holds the key and gives it to the actors that sign, after they were forked."""

    def __init__(
        self,
        config: Config,
        path: Path,
        credentials_fd: int,
        account: str = "",
        *,
        is_quiet: bool,
        lives: str,
        lease: int | None = None,
    ) -> None:
        """`lives` are the births of earlier ones, `lease` is the token of the last."""
        self._config, self._path, self._fd, self._account = config, path, credentials_fd, account
        self._is_quiet = is_quiet
        self._births = [*(float(birth) for birth in lives.split(",") if birth), time.time()]
        self._is_stopping = False
        self._lease = lease
        self._credentials: Credentials | None = None
        self._notifier = Notifier()
        self._alive_at = self._rotated_at = time.monotonic()

    def run(self) -> None:
        """Until a signal, a stop command, or an end that restarting does not cure; raises Failure."""
        self._log_as("launcher")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._signalled)
        if len(self._births) == 1:  # in a later life the exchange may be away: the actors wait for it
            check_listed(self._config, self._path)
        self._lease = self._newest_lease()
        keep_from_children(self._fd)
        try:
            system = start(
                runtime_dir(self._config),
                Guardian,
                StartGuardian(replace(service_settings(self._config), lease=self._lease)),
                preload=_PRELOAD,
                on_process_start=self._log_as,
                label=ENGINE_LABEL,
            )
        except AlreadyRunningError as error:
            raise Failure(f"lotkeeper is already running with this configuration: {error}") from error
        except (StartFailedError, SystemGoneError) as error:  # killed while it came up, by whomever
            self._begin_again(error)
        except EngineError as error:
            raise Failure(str(error)) from error
        self._serve(system)

    def _newest_lease(self) -> int:
        """In a later life the database may fail: the token of the last one is still ours, as are its locks."""
        try:
            return take_token(self._config, self._account)
        except Failure as failure:
            if self._lease is None:
                raise
            log.error("%s", failure.message)
            return self._lease

    def _serve(self, system: RunningSystem) -> None:
        self._credentials = credentials_in(self._fd)
        hide(secret_values(self._credentials))
        log.info("lotkeeper keeps %s", ", ".join(self._config.pairs))
        self._notifier.ready()
        try:
            while not self._is_stopping:
                self._turn(system)
        except (SystemGoneError, AskError) as error:
            if not self._is_stopping:
                system.stop(_STOP_WITHIN_S)
                self._begin_again(error)
        self._notifier.stopping()
        system.stop(_STOP_WITHIN_S)
        log.info("stopped; the SELLs on the book stand")

    def _turn(self, system: RunningSystem) -> None:
        self._take(system, system.listen(_LISTEN_S))
        now = time.monotonic()
        if now - self._alive_at >= _ALIVE_EVERY_S:
            system.ping(_ALIVE_WITHIN_S)
            self._notifier.alive()
            self._alive_at = time.monotonic()
        if now - self._rotated_at >= _ROTATE_EVERY_S:
            rotate_if_needed(self._config.logs)
            self._rotated_at = now

    def _take(self, system: RunningSystem, message: object) -> None:
        if isinstance(message, RequestCredentials) and self._credentials is not None:
            system.send_to(message.reply_to, self._credentials)
        elif isinstance(message, RequestStop):
            self._is_stopping = True

    def _begin_again(self, error: Exception) -> NoReturn:
        """The root is dead or deaf, and everything ended: this process starts afresh, with nothing in its memory."""
        log.error("the actor system failed: %s", error)
        recent = [birth for birth in self._births if time.time() - birth < _LIVES_WITHIN_S]
        if len(recent) >= _MOST_LIVES:
            raise Failure(f"the actor system failed {len(recent)} times in {_LIVES_WITHIN_S:.0f} s: {error}")
        log.warning("starting again")
        sys.stderr.flush()
        start_again(
            ["--lease", str(self._lease), "--again", ",".join(str(birth) for birth in recent or self._births[-1:])]
        )

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self._is_stopping = True

    def _log_as(self, process: str) -> None:
        configure_logging(self._config.logs, process, terminal=not self._is_quiet)


def service_settings(config: Config) -> ServiceSettings:
    """What the actors need of the configuration."""
    exchange = config.exchange
    return ServiceSettings(
        rest_url=exchange.rest_url,
        ws_api_url=exchange.ws_api_url,
        stream_url=exchange.stream_url,
        recv_window_ms=exchange.recv_window_ms,
        database=config.database,
        silent_after_s=config.streams.silent_after_s,
        renew_after_s=config.streams.renew_after_s,
        pairs=tuple(PairSettings(symbol, exit_policy(config, symbol), adoption(config)) for symbol in config.pairs),
        in_flight=str(in_flight_file(config)),
    )


def check_listed(config: Config, path: Path) -> None:
    """Raises ConfigurationFailure for pairs that the exchange does not list, Failure when it cannot be asked."""
    client = RestClient(config.exchange.rest_url, None)
    try:
        outcome: Any = client.exchange_info(list(config.pairs))
        if is_refused_as(outcome, RefusalKind.UNKNOWN_SYMBOL):
            outcome = client.exchange_info(None)
    finally:
        client.close()
    if not isinstance(outcome, Answered) or not isinstance(outcome.body, ExchangeInfo):
        raise Failure(f"the exchange at {config.exchange.rest_url} does not tell its pairs: {_words(outcome)}")
    unlisted = [symbol for symbol in config.pairs if symbol not in outcome.body.pairs]
    if unlisted:
        raise ConfigurationFailure(str(unlisted_pairs(path, unlisted, outcome.body.pairs)))


def take_token(config: Config, account: str = "") -> int:
    """The token of a system that begins. Raises Failure when the database cannot be opened, or is another account's.

    `account` is the lock's name for the account, empty where the exchange did not tell its number.
    """
    try:
        store = Store.open(config.database)
        try:
            known = store.state(_ACCOUNT)
            if account and known not in (None, account):
                raise Failure(
                    f"the database {store.path} holds the lots of another account (a test exchange is another one, "
                    "too); set `database` to another path"
                )
            if account and known is None:
                store.record([StateRecord(_ACCOUNT, account)])
            return store.take_lease()
        finally:
            store.close()
    except StoreError as error:
        raise Failure(str(error)) from error


def _words(outcome: object) -> str:
    return str(getattr(outcome, "reason", None) or getattr(outcome, "text", None) or "an answer of another shape")
