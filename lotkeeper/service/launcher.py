"""The launcher: the service's main process. Starts, restarts and stops the actor system, and gives it the API key.

It starts the system again without starting Python again, so that what was imported need not be imported again. That is
safe because the key is never in its memory, which all actors inherit (`key_giver.py`).
"""

import logging
import signal
import time
from dataclasses import replace
from types import FrameType

from actors.guardian.actor import Guardian
from lotkeeper.config import Config, LogLevel, runtime_dir
from lotkeeper.engine.actor.log_levels import LogLevels
from lotkeeper.engine.errors import (
    AlreadyRunningError,
    AskError,
    EngineError,
    StartFailedError,
    SystemGoneError,
)
from lotkeeper.engine.notifying import Notifier
from lotkeeper.engine.service import RunningSystem, start
from lotkeeper.logging.masks import mask_text
from lotkeeper.logging.setup import configure_logging, request_rotation, set_level
from lotkeeper.service.configuration import service_settings
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.history_moments import HistoryMoments
from lotkeeper.service.host_claim import HostClaim
from lotkeeper.service.host_turn import HostTurn
from lotkeeper.service.key_giver import KeyGiver
from lotkeeper.service.lease import Lease, lock_account_number
from lotkeeper.service.lease_token import next_lease_token, note_account
from lotkeeper.service.merged_memory import allow_merging
from lotkeeper.service.orphans import Orphans
from lotkeeper.service.own_levels import LAUNCHER, OwnLevels
from lotkeeper.service.priorities import give_way
from lotkeeper.service.standby_note import StandbyNote
from lotkeeper.service.start_checks import StartFindings
from lotkeeper.service.system_starts import SystemStarts
from lotkeeper.service.web_process import WebProcess
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.trading.recovery.history_start import MachineMoment
from lotkeeper.version import ENGINE_LABEL
from messages.alerts import RequestChannels
from messages.host_lease import HostLeaseLost
from messages.lifecycle import (
    AccountRead,
    ExchangeTimeRead,
    KeepSettings,
    LeavingPair,
    PairLeft,
    RequestCredentials,
    RequestStop,
    SettingsKept,
    StartGuardian,
)

_PRELOAD = (
    "requests",
    "websocket",
    "orjson",
    "pony.orm",
    "persistence.store",
    "actors.guardian.actor",
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
_ROTATE_EVERY_S = 5.0
_STOP_WITHIN_S = 3.0
_LEVEL_KEY = "logs.level"

log = logging.getLogger("lotkeeper.launcher")


class Launcher:
    """Not an actor."""

    def __init__(
        self,
        config: Config,
        credentials_fd: int,
        found: StartFindings,
        *,
        started: MachineMoment,
        is_quiet: bool,
        claim: HostClaim | None = None,
        web: WebProcess | None = None,
    ) -> None:
        """`started` is when the service was started; `claim` is that of this host, where hosts share a database."""
        self._config, self._found, self._is_quiet = config, found, is_quiet
        self._settings = service_settings(config)  # of the actors; a reloaded configuration changes them
        self._leaving: tuple[LeavingPair, ...] = ()  # pairs that it took out and that are not compared yet
        self._key = KeyGiver(runtime_dir(config), credentials_fd)
        self._starts = SystemStarts()
        self._is_stopping = False
        self._lease: int | None = None  # the token of the last start
        self._turn = HostTurn(claim, StandbyNote(config))
        self._refusal: ServiceError | None = None  # why the service must not go on, found while it runs
        self._histories = HistoryMoments(config, started)
        self._notifier = Notifier()
        self._web, self._orphans = web, Orphans()
        self._levels = OwnLevels(config.logs.level, web)
        self._pinged_at = self._rotated_at = time.monotonic()

    def run(self) -> None:
        """Runs until a signal or a stop command. Raises ServiceError if the system cannot start, or keeps failing."""
        self._configure_logging(LAUNCHER)
        self._allow_merging()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            while not self._is_stopping:
                self._run_system()
        finally:
            if self._web is not None:
                self._web.stop()
            self._turn.give_up(self._settings)
        if self._refusal is not None:
            raise self._refusal
        log.info("stopped; the SELLs stay on the book", extra=named(LogEvent.SERVICE_STOPPED))

    def _allow_merging(self) -> None:
        """The service runs without it, too: it needs more memory then."""
        if self._config.merge_memory and (trouble := allow_merging()):
            log.warning("merge_memory: %s", trouble, extra=named(LogEvent.MEMORY_NOT_MERGED))

    def _run_system(self) -> None:
        """One life of the actor system. Returns when the service is to stop, or when the system has failed.

        With a standby it begins when it is this host's turn, and ends when another host has the lease, too.
        """
        if not self._turn.take(lambda: self._is_stopping, self._on_wait):
            return
        self._starts.note_start()
        try:
            system = self._start_system()
        except AlreadyRunningError as error:
            raise ServiceError(f"lotkeeper is already running with this configuration: {error}") from error
        except (StartFailedError, SystemGoneError) as error:  # killed while it was starting
            self._starts.note_failure(error)
            return
        except EngineError as error:
            raise ServiceError(str(error)) from error
        self._serve(system)

    def _start_system(self) -> RunningSystem:
        is_again = self._lease is not None
        self._lease = self._next_lease()
        self._histories.settle(self._symbols(), is_again=is_again)
        settings = replace(self._settings, lease=self._lease, term=self._turn.term)
        return start(
            runtime_dir(self._config),
            Guardian,
            StartGuardian(settings, self._found.first, "" if is_again else self._found.trouble, self._leaving),
            preload=_PRELOAD,
            on_process_start=self._begin_process,
            subject_fields=_SUBJECT_FIELDS,
            mask_text=mask_text,
            set_log_level=set_level,
            label=ENGINE_LABEL,
            shares_memory=not is_again,  # what was imported by then is most of it
        )

    def _on_wait(self) -> None:
        """A standby is as well as it can be while it waits."""
        self._look_after_web()
        self._notifier.notify_ready()
        self._notifier.notify_alive()

    def _next_lease(self) -> int:
        """After a restart the last start's token is still valid, as are its locks, if the database cannot be opened."""
        try:
            if self._turn.term is not None:
                note_account(self._config, self._found.lease.account)
                return self._turn.term.token
            return next_lease_token(self._config, self._found.lease.account)
        except ServiceError as error:
            if self._lease is None:
                raise
            log.error("%s", error, extra=named(LogEvent.DATABASE_TROUBLE))
            return self._lease

    def _serve(self, system: RunningSystem) -> None:
        log.info("lotkeeper keeps %s", ", ".join(self._symbols()), extra=named(LogEvent.SERVICE_STARTED))
        self._notifier.notify_ready()
        failure: Exception | None = None
        try:
            while not (self._is_stopping or self._turn.is_overtaken):
                self._look_after(system)
        except (SystemGoneError, AskError) as error:
            failure = None if self._is_stopping else error
        if self._is_stopping:
            self._notifier.notify_stopping()
        # Without its root or its admin no actor goes on, and all that waits for a SELL waits for the next start.
        system.stop(0.0 if isinstance(failure, SystemGoneError) or self._turn.is_overtaken else _STOP_WITHIN_S)
        self._levels.wish(LogLevels())  # what was wished ends with the Guardian, and the next one inherits our level
        if self._turn.is_overtaken:
            self._end_turn()
        if failure is not None:
            self._starts.note_failure(failure)

    def _end_turn(self) -> None:
        """Another host has the lease: the next start of the actors is like the first."""
        self._turn.end()
        self._lease, self._leaving = None, ()

    def _look_after(self, system: RunningSystem) -> None:
        message = system.listen(_LISTEN_S)
        if isinstance(message, KeepSettings):
            self._keep_settings(message, system)
        else:
            self._handle_message(message)
        now_s = time.monotonic()
        if now_s - self._pinged_at >= _PING_EVERY_S:
            if self._starts.has_answered(system):
                self._notifier.notify_alive()
            self._key.collect()
            self._look_after_web()
            self._pinged_at = time.monotonic()
        if now_s - self._rotated_at >= _ROTATE_EVERY_S:
            request_rotation(self._config.logs)
            self._orphans.collect()
            self._rotated_at = now_s

    def _look_after_web(self) -> None:
        """Once the actors answer: until then the processors are theirs."""
        if self._web is not None:
            self._web.look_after(time.monotonic())

    def _handle_message(self, message: object) -> None:
        if isinstance(message, RequestCredentials):
            self._key.give(message.reply_to)
        elif isinstance(message, RequestChannels):
            self._key.give_channels(message.reply_to)
        elif isinstance(message, ExchangeTimeRead):
            self._histories.on_exchange_time(message)
        elif isinstance(message, AccountRead):
            self._check_account(message.uid)
        elif isinstance(message, HostLeaseLost):
            self._turn.note_overtaken(message.reason)
        elif isinstance(message, PairLeft):
            self._leaving = tuple(each for each in self._leaving if each.pair.symbol != message.symbol)
        elif isinstance(message, LogLevels):
            self._levels.wish(message)
        elif isinstance(message, RequestStop):
            self._is_stopping = True

    def _keep_settings(self, message: KeepSettings, system: RunningSystem) -> None:
        """From now on a restarted actor system has them too. The history of a pair that is added begins now."""
        symbols = [pair.symbol for pair in message.settings.pairs]
        trouble = self._histories.settle_changed(symbols) if set(symbols) != set(self._symbols()) else ""
        if not trouble:
            self._settings, self._leaving = message.settings, message.leaving
            self._log_from(dict(message.settings.keys).get(_LEVEL_KEY, ""))
            log.info(
                "the configuration was reloaded; lotkeeper keeps %s",
                ", ".join(symbols),
                extra=named(LogEvent.CONFIG_RELOADED),
            )
        system.send(SettingsKept(message.settings, trouble))

    def _log_from(self, level: str) -> None:
        """Of this process, of each that it starts later, and of the HTTP server; the Guardian tells the actors."""
        logs = self._config.logs
        if level in (*LogLevel,) and level != logs.level:
            changed = logs.model_copy(update={"level": LogLevel(level)})
            self._config = self._config.model_copy(update={"logs": changed})
            self._configure_logging(LAUNCHER)
            self._levels.configure(level)

    def _symbols(self) -> list[str]:
        return [pair.symbol for pair in self._settings.pairs]

    def _check_account(self, number: int) -> None:
        """What the start could not check: ends the service where it must not have the account or the database."""
        if self._found.lease.account:
            return
        try:
            descriptor, account = lock_account_number(self._config, number)
            note_account(self._config, account)
        except ServiceError as error:
            log.error("%s", error, extra=named(LogEvent.CONFIG_TROUBLE))
            self._refusal, self._is_stopping = error, True
            return
        lease = Lease((*self._found.lease.descriptors, descriptor), account)
        self._found = replace(self._found, lease=lease)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._is_stopping = True

    def _begin_process(self, actor: str) -> None:
        """The first call in the process of an actor."""
        self._configure_logging(actor)
        give_way(actor)

    def _configure_logging(self, process: str) -> None:
        configure_logging(self._config.logs, process, terminal=not self._is_quiet)
        log.debug("%s started", process, extra=named(LogEvent.PROCESS_STARTED))
