"""What is checked before the actors start: the key, the locks, and, if the exchange answers at once, account and pairs.

It is done in a process of its own, beside the launcher, which imports the actors meanwhile: the exchange may be far
away. So the launcher's memory, which all actors inherit, never holds the key. The locks that the process takes come
back as descriptors, which are the launcher's from then on.
"""

import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import orjson

from lotkeeper.config import Config
from lotkeeper.service.configuration import load_channels, load_secrets
from lotkeeper.service.credentials_file import credentials_of, read_variables, write_credentials
from lotkeeper.service.errors import ConfigurationError, ServiceError
from lotkeeper.service.exchange_at_start import ExchangeAtStart, ask_exchange
from lotkeeper.service.first_pairs import pairs_with_free_coins
from lotkeeper.service.histories import begin_histories
from lotkeeper.service.key_handover import exit_with_parent
from lotkeeper.service.lease import Lease, acquire_lease
from lotkeeper.service.package_clash import find_clashes
from lotkeeper.trading.recovery.history_start import MachineMoment

if TYPE_CHECKING:
    from lotkeeper.exchange.shapes import Account

_LOCKS = 3  # of the database, of the key, of the account's number
_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class StartFindings:
    """What the checks found."""

    lease: Lease
    first: tuple[str, ...] = ()  # the pairs that start before the others
    trouble: str = ""  # why the exchange cannot be asked now, for people; empty where it answered


class StartChecks:
    """The process that checks."""

    def __init__(self, check: Callable[[], StartFindings]) -> None:
        self._channel, child = socket.socketpair()
        parent = os.getpid()
        self._pid = os.fork()
        if not self._pid:
            _check_in_child(parent, child, check)
        child.close()

    def findings(self) -> StartFindings:
        """Waits for them. Raises ConfigurationError or ServiceError where the service must not start."""
        with self._channel:
            content, descriptors = _receive(self._channel)
        os.waitpid(self._pid, 0)
        no_result = b'{"error": "the checks of the start ended without a result"}'
        document: dict[str, Any] = orjson.loads(content or no_result)
        if "error" in document:
            is_configuration = document.get("exit_code") == ConfigurationError.exit_code
            raise (ConfigurationError if is_configuration else ServiceError)(document["error"])
        lease = Lease(tuple(descriptors), document["account"])
        return StartFindings(lease, tuple(document["first"]), document["trouble"])


def begin_start_checks(config: Config, path: Path, descriptor: int, started: MachineMoment) -> StartChecks:
    """Begins to check. `started` is when the service was started.

    `descriptor` is the memory file with the secret variables; it gets the credentials instead.
    """
    holder = os.getpid()
    return StartChecks(lambda: _check(config, path, descriptor, started, holder))


def _check(config: Config, path: Path, descriptor: int, started: MachineMoment, holder: int) -> StartFindings:
    if clashes := find_clashes():
        raise ConfigurationError("\n".join(clashes))
    variables = read_variables(descriptor)
    secrets, channels = load_secrets(config, variables), load_channels(config, variables)
    said = ExchangeAtStart()

    def ask_account() -> "Account | None":
        """Where the histories begin is on the disk before the exchange is asked for anything."""
        nonlocal said
        needs_time = begin_histories(config, started)
        said = ask_exchange(config, path, secrets, needs_time=needs_time)
        return said.account

    lease, account = acquire_lease(config, secrets, holder, ask_account)
    first = () if account is None else pairs_with_free_coins(said.pairs, account, said.prices)
    write_credentials(descriptor, credentials_of(config, secrets), channels)
    return StartFindings(lease, first, said.trouble)


def _check_in_child(parent: int, channel: socket.socket, check: Callable[[], StartFindings]) -> NoReturn:
    """Never returns: what stands behind the fork is the launcher's."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the launcher
        exit_with_parent(parent, signal.SIGKILL)
        document, descriptors = _result_of(check)
        socket.send_fds(channel, [orjson.dumps(document)], descriptors)
        code = 0
    finally:
        os._exit(code)


def _result_of(check: Callable[[], StartFindings]) -> tuple[dict[str, Any], tuple[int, ...]]:
    try:
        found = check()
    except ServiceError as error:
        return {"error": str(error), "exit_code": error.exit_code}, ()
    except Exception as error:
        return {"error": f"the checks of the start failed: {type(error).__name__}: {error}"}, ()
    document = {"account": found.lease.account, "first": found.first, "trouble": found.trouble}
    return document, found.lease.descriptors


def _receive(channel: socket.socket) -> tuple[bytes, list[int]]:
    """All that the other end sends before it closes, and the descriptors that came with it."""
    content, descriptors, _, _ = socket.recv_fds(channel, _MAX_BYTES, _LOCKS)
    while more := channel.recv(_MAX_BYTES):
        content += more
    return content, descriptors
