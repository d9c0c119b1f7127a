"""The lease: at most one service for an account and for a database, on this machine.

Its locks are descriptors that all processes of the service inherit, so the kernel releases them when the last of these
processes ends: a new service never starts while an actor of the old one still runs. The file of a database is locked by
a file beside it, which also keeps out a service in another container that shares the folder. The account is locked by
two abstract Unix sockets, one named after its key and one after its number on the exchange; a database of a server is
locked by one as well. An abstract socket is no file: it cannot be left behind, be deleted, or be visible to some users
only. Nothing ever listens on it.
"""

import errno
import fcntl
import hashlib
import os
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lotkeeper.config import Config, Secrets, database_file
from lotkeeper.database_url import database_identity, parse_postgresql
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from lotkeeper.exchange.shapes import Account

_LOCK_WITHIN_S = 3.0  # a service that is just ending gives its locks up within this time
_RETRY_EVERY_S = 0.02
_BINANCE = re.compile(r"api(\d|-gcp)?\.binance\.com")  # Binance rest-api.md: all of these are one exchange
_ONE_EACH = "an account can have only one lotkeeper, because two would sell the same coins twice"


def realm_of(rest_url: str) -> str:
    """The exchange behind an address: account numbers are unique within it. All addresses of Binance are one realm."""
    parts = urlsplit(rest_url)
    return "binance.com" if _BINANCE.fullmatch(parts.hostname or "") else parts.netloc


def account_name(realm: str, kind: str, value: str) -> str:
    """The name of an account's lock. All users of the machine can see it, so it is a hash."""
    return "lotkeeper-" + hashlib.sha256(f"lotkeeper {realm} {kind} {value}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Lease:
    """The locks of this service."""

    descriptors: tuple[int, ...]  # the locks are held while these are open
    account: str  # identifies the account by its number; empty where the exchange did not tell the number


def acquire_lease(
    config: Config, secrets: Secrets, holder: int, ask_account: "Callable[[], Account | None] | None" = None
) -> "tuple[Lease, Account | None]":
    """The locks, for process `holder`, and the account; None where the exchange did not tell.

    Raises ServiceError if another service holds the database or the account. Asks the exchange for the account after it
    has locked what this machine knows: by `ask_account`, or else itself.
    """
    realm = realm_of(config.exchange.rest_url)
    descriptors = [lock_database(config, holder), lock_account(account_name(realm, "key", secrets.api_key))]
    found = read_account(config, secrets) if ask_account is None else ask_account()
    account = ""
    if found is not None and found.uid is not None:
        descriptor, account = lock_account_number(config, found.uid)
        descriptors.append(descriptor)
    return Lease(tuple(each for each in descriptors if each is not None), account), found


def lock_account_number(config: Config, number: int) -> tuple[int, str]:
    """Locks the account by its number: the descriptor of the lock, and the name of the account in the database.

    Raises ServiceError if another service holds it.
    """
    descriptor = lock_account(account_name(realm_of(config.exchange.rest_url), "number", str(number)))
    # Without the exchange's address: the database stays with its account when the address in the configuration changes.
    return descriptor, account_name("", "number", str(number))


def read_account(config: Config, secrets: Secrets) -> "Account | None":
    """The account with its number (Binance rest-api.md, "Account information", uid); two keys may belong to one.

    None if the exchange does not answer now: then only the key identifies the account.
    """
    from lotkeeper.exchange.rest.client import RestClient
    from lotkeeper.exchange.rest.outcomes import Answered
    from lotkeeper.exchange.shapes import Account
    from lotkeeper.exchange.signing import KeyProblemError, load_signer
    from lotkeeper.service.credentials_file import credentials_of

    try:
        signer = load_signer(credentials_of(config, secrets))
    except KeyProblemError:
        return None  # the Gateway reports what is wrong with the key
    client = RestClient(config.exchange.rest_url, signer, recv_window_ms=config.exchange.recv_window_ms)
    try:
        outcome = client.account()
    finally:
        client.close()
    return outcome.body if isinstance(outcome, Answered) and isinstance(outcome.body, Account) else None


def lock_database(config: Config, holder: int) -> int | None:
    """Locks the database for process `holder`. Raises ServiceError.

    None if its folder is not writable: opening it reports that.
    """
    path = database_file(config)
    if path is None:
        return _lock_database_of_server(config.database)
    lock = path.with_name(path.name + ".lock")
    try:
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:
        return None
    try:
        is_locked = _retry(lambda: _lock_file(descriptor))
    except OSError:  # a file system without locks: only the lease token in the database keeps a second service out
        os.close(descriptor)
        return None
    if not is_locked:
        os.close(descriptor)
        raise ServiceError(
            f"lotkeeper is already running with the database {path}{_holder(lock)}; "
            "`lotkeeper status` with its configuration shows it, `lotkeeper stop` ends it"
        )
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{holder}\n".encode(), 0)
    return descriptor


def _lock_database_of_server(url: str) -> int:
    """Locks it on this machine; services on other machines are told apart by their tokens. Raises ServiceError."""
    name = account_name("", "database", database_identity(url).decode())
    descriptor = _locked_name(name)
    if descriptor is None:
        raise ServiceError(
            f"lotkeeper is already running with the database {parse_postgresql(url).place}; "
            "`lotkeeper status` with its configuration shows it, `lotkeeper stop` ends it"
        )
    return descriptor


def lock_account(name: str) -> int:
    """Locks one of the account's names. Raises ServiceError."""
    descriptor = _locked_name(name)
    if descriptor is None:
        raise ServiceError(
            f"another lotkeeper on this machine uses this account, with another database: {_ONE_EACH}. "
            "Stop it first (`lotkeeper stop --config ITS_CONFIG`; `pgrep -af 'main run'` finds it), "
            "or give this one the key of another account"
        )
    return descriptor


def _locked_name(name: str) -> int | None:
    """None if another process holds the name, and does not give it up in time."""
    lock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if _retry(lambda: _bind_name(lock, name)):
        return lock.detach()
    lock.close()
    return None


def _retry(lock: Callable[[], bool]) -> bool:
    """Whether the lock was free, or became free in time."""
    give_up = time.monotonic() + _LOCK_WITHIN_S
    while not lock():
        if time.monotonic() > give_up:
            return False
        time.sleep(_RETRY_EVERY_S)
    return True


def _lock_file(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _bind_name(lock: socket.socket, name: str) -> bool:
    try:
        lock.bind(f"\0{name}")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise ServiceError(f"cannot lock the account: {error.strerror}") from error
        return False
    return True


def _holder(lock: Path) -> str:
    text = lock.read_text(errors="replace").strip()
    return f" (process {text})" if text.isdecimal() else ""
