import socket
from pathlib import Path

import pytest

from lotkeeper.engine.notifying import Notifier


@pytest.mark.parametrize("name", ["file", "abstract"])
def test_the_manager_is_notified_of_each_state(tmp_path: Path, name: str):
    path = f"{tmp_path}/notify" if name == "file" else f"@{tmp_path}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(path.replace("@", "\0", 1) if path[0] == "@" else path)
        notifier = Notifier({"NOTIFY_SOCKET": path})
        notifier.notify_ready()
        notifier.notify_alive()
        notifier.notify_stopping()
        assert [manager.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "vsock:2:9"}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
def test_nothing_happens_where_nobody_listens(environ: dict[str, str]):
    Notifier(environ).notify_ready()
