"""A real ssh server on loopback, with keys of its own, for this user alone."""

import getpass
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from lotkeeper.verification.staging.waiting import wait_for
from tests.ports import free_port

SSHD = shutil.which("sshd", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))
_SEPARATION = Path("/run/sshd")  # which the server of a superuser needs


def is_there() -> bool:
    """Whether a server can be started here."""
    return SSHD is not None and all(map(shutil.which, ("ssh", "ssh-keygen")))


class LoopbackSshd:
    """Context manager. `config` is what ssh has to read: it knows two names for the server, `here` and `unknown`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.config = folder / "ssh_config"

    def __enter__(self) -> Self:
        self._folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            _SEPARATION.mkdir(mode=0o755, exist_ok=True)
        for name in ("host", "user"):
            self._make_key(name)
        port = free_port()
        self._write_files(port)
        command = [str(SSHD), "-D", "-e", "-f", str(self._folder / "sshd_config")]
        with (self._folder / "sshd.out").open("wb") as output:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=output)
        wait_for("the ssh server listens", lambda: b"listening" in (self._folder / "sshd.out").read_bytes())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()

    def _make_key(self, name: str) -> None:
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._folder / name)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)

    def _write_files(self, port: int) -> None:
        folder = self._folder
        shutil.copy(folder / "user.pub", folder / "authorized_keys")
        host_key = " ".join((folder / "host.pub").read_text().split()[:2])
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}\n")
        (folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1:{port}\nHostKey {folder / 'host'}\nPidFile none\nUsePAM no\nStrictModes no\n"
            f"AuthorizedKeysFile {folder / 'authorized_keys'}\nPermitRootLogin prohibit-password\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitUserEnvironment no\n"
        )
        common = f"  HostName 127.0.0.1\n  Port {port}\n  User {getpass.getuser()}\n  IdentityFile {folder / 'user'}\n"
        self.config.write_text(
            f"Host here\n{common}  UserKnownHostsFile {folder / 'known_hosts'}\n"
            f"Host unknown\n{common}  UserKnownHostsFile /dev/null\n"
        )
