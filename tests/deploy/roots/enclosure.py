"""A command in namespaces of its own, whose root is a folder: mounts, processes, and what else belongs to a container.

The network stays that of this machine.
"""

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# All of it ends with the process that began it, however that ends.
NAMESPACES = (
    *("setpriv", "--pdeathsig=KILL", "--", "unshare", "--mount", "--pid", "--ipc", "--uts", "--cgroup"),
    *("--fork", "--kill-child", "--propagation=private", "--"),
)
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_LINKS = {"ptmx": "pts/ptmx", "fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
# No chroot: in one nobody can make a user namespace, as systemd does for its services (user_namespaces(7)).
_ENTER = ("pivot_root . .", "umount --lazy .", "cd /")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class User:
    """By numbers; anybody but root has no capability, and can get none."""

    uid: int = 0
    gid: int = 0

    def prefix(self) -> tuple[str, ...]:
        if self.uid == 0:
            return ()
        ids = (f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups")
        return ("setpriv", *ids, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--")


ROOT_USER = User()


@dataclass(frozen=True, slots=True)
class Enclosure:
    """`root` is the folder. `binds` are folders and files of this machine, by where they are seen inside."""

    root: Path
    user: User = ROOT_USER
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: str = "/"  # in which a command runs
    binds: Mapping[str, Path] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()  # of the binds, those that are read-only
    memory: Sequence[str] = ()  # folders that are empty file systems in memory, for everybody
    is_read_only: bool = False
    is_system: bool = False  # what systemd needs as the first process

    def command(self, *words: str) -> list[str]:
        """A command line for this machine, which runs `words` as the first process of the enclosure."""
        # As a container's manager leaves it to systemd: what that mounts for a service is seen by the service.
        shared = ["mount --make-rshared /"] if self.is_system else []
        script = ["set -e", *self._mounts(), *_ENTER, *shared, f"exec {self._inner(words)}"]
        return [*NAMESPACES, "sh", "-c", "\n".join(script)]

    def beside(self, first: int, *words: str) -> list[str]:
        """A command line that runs `words` beside the first process, whose number on this machine is `first`."""
        inside = ["nsenter", f"--target={first}", "--mount", "--pid", "--ipc", "--uts", "--cgroup", "--root", "--wd=/"]
        return [*inside, *shlex.split(self._inner(words))]

    def _inner(self, words: Sequence[str]) -> str:
        given = {"PATH": _PATH, "HOME": "/root", **self.environment}
        variables = [f"{name}={value}" for name, value in given.items()]
        go = ("env", f"--chdir={self.folder}", "--ignore-environment", *variables)
        return shlex.join([*self.user.prefix(), *go, *words])

    def _mounts(self) -> list[str]:
        root = self.root
        lines = [f"mount --bind {root} {root}", f"mount -t proc proc {root}/proc"]
        lines += [
            _memory(f"{root}/dev", "755"),
            *(_bind(Path("/dev", each), f"{root}/dev/{each}") for each in _DEVICES),
        ]
        lines += [f"ln -s {target} {root}/dev/{name}" for name, target in _LINKS.items()]
        lines += [f"mkdir {root}/dev/shm", _memory(f"{root}/dev/shm")]
        lines += self._system_mounts() if self.is_system else []
        lines += [_memory(f"{root}{place}") for place in self.memory]
        for place, outside in self.binds.items():
            lines.append(_bind(outside, f"{root}{place}"))
            lines += [f"mount -o remount,bind,ro {root}{place}"] if place in self.fixed else []
        lines += [f"mount -o remount,bind,ro {root}"] if self.is_read_only else []
        return [*lines, f"cd {root}"]

    def _system_mounts(self) -> list[str]:
        groups = f"{self.root}/sys/fs/cgroup"
        lines = [
            f"mount -t sysfs -o ro sysfs {self.root}/sys",
            _memory(groups, "755"),
            _memory(f"{self.root}/run", "755"),
        ]
        return [*lines, f"mkdir {groups}/systemd", f"mount -t cgroup -o none,name=systemd cgroup {groups}/systemd"]


def _memory(place: str, mode: str = "1777") -> str:
    return f"mount -t tmpfs -o nosuid,mode={mode} tmpfs {shlex.quote(place)}"


def _bind(outside: Path, place: str) -> str:
    """The place is made if it is not there."""
    there = shlex.quote(place)
    make = f"mkdir -p {there}" if outside.is_dir() else f"mkdir -p $(dirname {there}) && touch {there}"
    return f"{make} && mount --bind {shlex.quote(str(outside))} {there}"


def inherited() -> dict[str, str]:
    """By which a proxy is named on this machine: what is fetched inside goes the same way."""
    return {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
