"""Two network namespaces, each with a link to the database and one to the exchange, which can be cut in one direction.

All of a link's packets of one direction are dropped without a word: neither end is told.
"""

import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import pytest

HOSTS = ("a", "b")
_DROP = ("root", "pfifo", "limit", "0")  # tc-bfifo(8): no packet has room


class Place(StrEnum):
    DATABASE = "database"
    EXCHANGE = "exchange"


class Direction(StrEnum):
    BOTH = "both ways"
    OUT = "from the host"
    IN = "to the host"


@dataclass(frozen=True, slots=True)
class Link:
    """One cable between a host and a place. `near` and `far` are its ends: at the host, and at the place."""

    namespace: str
    near: str
    far: str
    subnet: str

    @property
    def host_address(self) -> str:
        return f"{self.subnet}.2"

    @property
    def place_address(self) -> str:
        return f"{self.subnet}.1"

    def make(self) -> None:
        _ip("link", "add", self.far, "type", "veth", "peer", "name", self.near, "netns", self.namespace)
        _ip("addr", "add", f"{self.place_address}/24", "dev", self.far)
        _ip("link", "set", self.far, "up")
        _ip("-n", self.namespace, "addr", "add", f"{self.host_address}/24", "dev", self.near)
        _ip("-n", self.namespace, "link", "set", self.near, "up")

    def cut(self, direction: Direction) -> None:
        if direction in (Direction.BOTH, Direction.OUT):
            _run("tc", "-n", self.namespace, "qdisc", "replace", "dev", self.near, *_DROP)
        if direction in (Direction.BOTH, Direction.IN):
            _run("tc", "qdisc", "replace", "dev", self.far, *_DROP)

    def mend(self) -> None:
        with suppress(subprocess.CalledProcessError):
            _run("tc", "-n", self.namespace, "qdisc", "del", "dev", self.near, "root")
        with suppress(subprocess.CalledProcessError):
            _run("tc", "qdisc", "del", "dev", self.far, "root")


class Network:
    """Context manager: inside it the namespaces are there. Skips the test where they are not to be had."""

    def __init__(self) -> None:
        self._slot = os.getpid() % 250
        self.links = {(host, place): self._link(host, place) for host in HOSTS for place in Place}

    def __enter__(self) -> "Network":
        _skip_without_namespaces()
        self._remove()
        for host in HOSTS:
            _ip("netns", "add", self.namespace(host))
            _ip("-n", self.namespace(host), "link", "set", "lo", "up")
        for link in self.links.values():
            link.make()
        return self

    def __exit__(self, *_: object) -> None:
        self._remove()

    def namespace(self, host: str) -> str:
        return f"lk{self._slot}{host}"

    def inside(self, host: str) -> tuple[str, ...]:
        """What a command begins with to run on a host."""
        return ("ip", "netns", "exec", self.namespace(host))

    def mend(self) -> None:
        for link in self.links.values():
            link.mend()

    def _link(self, host: str, place: Place) -> Link:
        number, kind = HOSTS.index(host), place.value[0]
        subnet = f"10.{77 + 2 * number + (place is Place.EXCHANGE)}.{self._slot}"
        return Link(self.namespace(host), f"n{kind}{self._slot}{host}", f"f{kind}{self._slot}{host}", subnet)

    def _remove(self) -> None:
        for host in HOSTS:
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "del", self.namespace(host))
        for link in self.links.values():
            with suppress(subprocess.CalledProcessError):
                _ip("link", "del", link.far)


def _skip_without_namespaces() -> None:
    if os.geteuid() != 0:
        pytest.skip("network namespaces are for root alone")
    if shutil.which("ip") is None or shutil.which("tc") is None:
        pytest.skip("the programs ip and tc are not installed (Debian: apt-get install iproute2)")
    probe = f"lkprobe{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False).returncode:
        pytest.skip("network namespaces are not to be had here")
    subprocess.run(["ip", "netns", "del", probe], check=False)


def _ip(*arguments: str) -> None:
    _run("ip", *arguments)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
