"""On which ports the processes of a running system listen, by what the kernel says (proc(5), net/tcp, net/unix)."""

import os
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from lotkeeper.service.doctor.facts import ListeningPort

_LISTEN = "0A"  # the state of a socket that listens
_WORD = 8  # hex digits of an address that the kernel writes as one number of the machine's byte order


def listening_ports(sockets: Path, proc: Path = Path("/proc")) -> tuple[ListeningPort, ...]:
    """The ports of all processes that have a socket in this folder."""
    inodes = set(unix_inodes((proc / "net/unix").read_text(), sockets))
    open_sockets = {number for found in _sockets_of_processes(proc) if found & inodes for number in found}
    tables = [path.read_text() for name in ("net/tcp", "net/tcp6") if (path := proc / name).exists()]
    return tuple(sorted({port for text in tables for inode, port in tcp_listeners(text) if inode in open_sockets},
                        key=lambda each: (each.port, each.address)))  # fmt: skip


def unix_inodes(table: str, folder: Path) -> Iterator[int]:
    """The inodes of the sockets whose path is in the folder."""
    for line in table.splitlines()[1:]:
        parts = line.split(maxsplit=7)
        if len(parts) == 8 and Path(parts[7]).parent == folder:
            yield int(parts[6])


def tcp_listeners(table: str) -> Iterator[tuple[int, ListeningPort]]:
    """The sockets that listen: inode, address and port."""
    for line in table.splitlines()[1:]:
        parts = line.split()
        if len(parts) > 9 and parts[3] == _LISTEN:
            text, _, port = parts[1].partition(":")
            address = _address(text)
            yield int(parts[9]), ListeningPort(str(address), int(port, 16), address.is_loopback)


def _address(text: str) -> IPv4Address | IPv6Address:
    words = [bytes.fromhex(text[at : at + _WORD])[::-1] for at in range(0, len(text), _WORD)]
    found = ip_address(b"".join(words))
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _sockets_of_processes(proc: Path) -> Iterator[set[int]]:
    """For each process that this user may look into, the inodes of its sockets."""
    for folder in proc.iterdir():
        if folder.name.isdecimal():
            yield set(_sockets_of(folder / "fd"))


def _sockets_of(folder: Path) -> Iterator[int]:
    try:
        names = list(folder.iterdir())
    except OSError:
        return  # another user's, or it has ended
    for each in names:
        try:
            target = os.readlink(each)
        except OSError:
            continue
        if target.startswith("socket:["):
            yield int(target[8:-1])
