"""The budget broker: one process for all services of an address. It answers reports, and asks the exchange nothing."""

import asyncio
import grp
import os
import socket
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from lotkeeper.exchange.sharing.address_budget import AddressBudget
from lotkeeper.exchange.sharing.lines import MOST_BYTES, LineError, read_hello, read_report, write_line
from lotkeeper.exchange.sharing.peers import Peer, may_share, peer_of

SETTLING_S: Final = 2.0  # after the start: services that a broker before this one served come back within a second
_MOST_CONNECTIONS: Final = 200
_HELLO_WITHIN_S: Final = 5.0
Say = Callable[[str], object]


class BrokerError(Exception):
    """The broker cannot serve; for people."""


class Broker:
    """The budgets of all exchanges, and the services that are connected."""

    def __init__(self, say: Say, group: int | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Members of `group` may connect, beside this user; `say` is told who comes and goes, for people."""
        self._say, self._group, self._monotonic = say, group, monotonic
        self._budgets: dict[str, AddressBudget] = {}
        self._numbers = count(1)
        self._served: set[asyncio.Task[None]] = set()
        self._settled_s = monotonic() + SETTLING_S

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it ends."""
        task = asyncio.current_task()
        assert task is not None
        self._served.add(task)
        try:
            peer = peer_of(writer.get_extra_info("socket"))
            if not may_share(peer, self._group):
                self._say(f"refused: process {peer.pid} of user {peer.uid}")
            elif len(self._served) > _MOST_CONNECTIONS:
                self._say(f"refused: process {peer.pid} of user {peer.uid}: too many connections")
            else:
                await self._serve_service(reader, writer, peer)
        except (LineError, ValueError, TimeoutError) as error:
            self._say(f"a connection was ended: {error or 'no first line came'}")
        except OSError as error:
            self._say(f"a connection has ended: {error}")
        except asyncio.CancelledError:
            self._say("a connection is ended: the broker stops")
        finally:
            self._served.discard(task)
            writer.close()

    async def end(self) -> None:
        """Ends all connections."""
        for task in self._served:
            task.cancel()
        await asyncio.gather(*self._served, return_exceptions=True)

    async def _serve_service(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: Peer) -> None:
        hello = read_hello(await asyncio.wait_for(reader.readline(), _HELLO_WITHIN_S))
        budget, number = self._budgets.setdefault(hello.exchange, AddressBudget()), next(self._numbers)
        budget.join(number, hello.name)
        self._say(f"{hello.name} shares {hello.exchange} (process {peer.pid}, user {peer.uid})")
        try:
            while line := await reader.readline():
                writer.write(write_line(budget.answer(number, read_report(line), settling_ms=self._settling_ms())))
                await writer.drain()
        finally:
            budget.leave(number)
            self._say(f"{hello.name} has left")

    def _settling_ms(self) -> int:
        return max(0, round((self._settled_s - self._monotonic()) * 1000))


def open_socket(path: Path, group: str = "") -> socket.socket:
    """The socket on which a broker listens: of this user alone, or of a group, too.

    Raises BrokerError, also where a broker listens there already.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.parent.mkdir(mode=0o750 if group else 0o700, exist_ok=True)
        _remove_dead(path)
        before = os.umask(0o177)
        try:
            listener.bind(str(path))
        finally:
            os.umask(before)
        if group:
            if path.stat().st_gid != group_id(group):
                os.chown(path, -1, group_id(group))
            path.chmod(0o660)
        listener.listen(_MOST_CONNECTIONS)
    except OSError as error:
        listener.close()
        raise BrokerError(f"{path}: {error.strerror or error}") from error
    except BrokerError:
        listener.close()
        raise
    return listener


def group_id(name: str) -> int:
    """Raises BrokerError for a group that the machine does not know."""
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError as error:
        raise BrokerError(f"{name} is no group of this machine; `sudo groupadd {name}` makes it") from error


def _remove_dead(path: Path) -> None:
    """A socket that a broker left which was killed."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise BrokerError(f"{path} is there, and is no socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            if probe.connect_ex(str(path)) == 0:
                raise BrokerError(f"a broker listens on {path} already")
        path.unlink()


async def run_broker(listener: socket.socket, broker: Broker, stopped: asyncio.Event) -> None:
    """Serves until `stopped`."""
    server = await asyncio.start_unix_server(broker.serve, sock=listener, limit=MOST_BYTES)
    async with server:
        await stopped.wait()
        server.close()
        await broker.end()
