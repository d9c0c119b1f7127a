"""The lease: one service to an account and to a database, on this machine.

Its locks are descriptors that all processes of the service inherit, so that the kernel gives them back with the last of
them: a new service never begins while an actor of the old one lives. The database has a lock file beside it, which
also keeps out a service of another container that shares the folder. The account has two names among the kernel's
abstract sockets, one of its key and one of its number on the exchange: no file that could be left behind, deleted or
seen by some users only. Nothing ever listens there.
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
from urllib.parse import urlsplit

from cli.shared import Failure
from lotkeeper.config import Config, Secrets, database_file

_PATIENCE_S = 3.0  # for a service that is just ending
_LOOK_EVERY_S = 0.02
_BINANCE = re.compile(r"api(\d|-gcp)?\.binance\.com")  # Binance rest-api.md: the addresses of one exchange
_ONE_EACH = "one account has one keeper, for two would sell the same coins twice"


def realm_of(rest_url: str) -> str:
    """Which exchange it is: its accounts are numbered by itself. All addresses of Binance are one."""
    parts = urlsplit(rest_url)
    return "binance.com" if _BINANCE.fullmatch(parts.hostname or "") else parts.netloc


def account_name(realm: str, kind: str, value: str) -> str:
    """The name of an account's lock, which all users of the machine may see: a hash, from which no key can be read."""
    return "lotkeeper-" + hashlib.sha256(f"lotkeeper {realm} {kind} {value}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Lease:
    """`descriptors` hold it as long as they are open; `account` names the account, empty where nobody could tell."""

    descriptors: tuple[int, ...]
    account: str


def take_lease(config: Config, secrets: Secrets) -> Lease:
    """Raises Failure when another service holds the database or the account. One question to the exchange."""
    realm = realm_of(config.exchange.rest_url)
    descriptors = [take_database(config), take_account(account_name(realm, "key", secrets.api_key))]
    number = account_number(config, secrets)
    if number is not None:
        descriptors.append(take_account(account_name(realm, "number", str(number))))
    # Of whichever address it was asked: a database stays that of its account when it is reached by another one.
    account = "" if number is None else account_name("", "number", str(number))
    return Lease(tuple(each for each in descriptors if each is not None), account)


def account_number(config: Config, secrets: Secrets) -> int | None:
    """The account's number (Binance rest-api.md, "Account information", uid): two keys may be of one account.

    None where the exchange does not tell it now: then the key alone stands for the account.
    """
    from lotkeeper.exchange.rest.client import RestClient
    from lotkeeper.exchange.rest.outcomes import Answered
    from lotkeeper.exchange.shapes import Account
    from lotkeeper.exchange.signing import KeyProblemError, load_signer

    secret = secrets.api_secret.get_secret_value() if secrets.api_secret else None
    try:
        signer = load_signer(
            str(config.exchange.key_type), secrets.api_key, secret=secret, private_key_pem=secrets.private_key_pem
        )
    except KeyProblemError:
        return None  # the Gateway says what is wrong with it
    client = RestClient(config.exchange.rest_url, signer, recv_window_ms=config.exchange.recv_window_ms)
    try:
        outcome = client.account()
    finally:
        client.close()
    return outcome.body.uid if isinstance(outcome, Answered) and isinstance(outcome.body, Account) else None


def take_database(config: Config) -> int | None:
    """The lock of the database; None where its folder cannot be written, which opening it says. Raises Failure."""
    path = database_file(config)
    lock = path.with_name(path.name + ".lock")
    try:
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:
        return None
    try:
        is_taken = _patiently(lambda: _locked(descriptor))
    except OSError:  # a file system without locks: the token in the database decides
        os.close(descriptor)
        return None
    if not is_taken:
        os.close(descriptor)
        raise Failure(
            f"lotkeeper is already running with the database {path}{_holder(lock)}; "
            "`lotkeeper status` with its configuration shows it, `lotkeeper stop` ends it"
        )
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    os.set_inheritable(descriptor, True)
    return descriptor


def take_account(name: str) -> int:
    """The lock of an account by one of its names. Raises Failure."""
    lock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if not _patiently(lambda: _bound(lock, name)):
        lock.close()
        raise Failure(
            f"another lotkeeper on this machine keeps this account, with another database: {_ONE_EACH}. "
            "End it first (`lotkeeper stop --config ITS_CONFIG`; `pgrep -af 'main run'` finds it), "
            "or give this one the key of another account"
        )
    lock.set_inheritable(True)
    return lock.detach()


def _patiently(take: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + _PATIENCE_S
    while not take():
        if time.monotonic() > give_up:
            return False
        time.sleep(_LOOK_EVERY_S)
    return True


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _bound(lock: socket.socket, name: str) -> bool:
    try:
        lock.bind(f"\0{name}")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise Failure(f"the lock of the account cannot be taken: {error.strerror}") from error
        return False
    return True


def _holder(lock: Path) -> str:
    text = lock.read_text(errors="replace").strip()
    return f" (process {text})" if text.isdecimal() else ""
