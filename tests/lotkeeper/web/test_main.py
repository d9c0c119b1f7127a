"""The process of the HTTP server, beside no service."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lotkeeper.config import load_config, web_token_file
from lotkeeper.verification.staging.waiting import wait_for
from tests.lotkeeper.web.serving import bearer, get
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
TEXT = 'pairs: {{BTCUSDT: {{}}}}\nruntime_dir: "{folder}/run"\nweb: {{loopback_port: {port}}}\n'


@pytest.fixture
def folder() -> Iterator[Path]:
    """Its path is short, as that of a socket has to be."""
    with tempfile.TemporaryDirectory(prefix="lk-") as path:
        yield Path(path)


def write(folder: Path, port: object) -> Path:
    path = folder / "config.yaml"
    path.write_text(TEXT.format(folder=folder, port=port))
    return path


def begin(path: Path, parent: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "lotkeeper.web", "--config", str(path), "--parent-pid", str(parent)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def answers(port: int) -> bool:
    try:
        return get(port, "/healthz").status == 401
    except OSError:
        return False


def test_without_a_service_it_answers_that_nothing_is_proven_and_gives_way(folder: Path) -> None:
    port = free_port()
    path = write(folder, port)
    process = begin(path, os.getpid())
    try:
        wait_for("an answer", lambda: answers(port), 100)
        token = web_token_file(load_config(path, {})).read_text().strip()
        alive, ready, scrape = (get(port, each, bearer(token)) for each in ("/healthz", "/readyz", "/metrics"))
        assert (alive.status, ready.status, scrape.status) == (503, 503, 200)
        assert alive.json["reasons"][0].startswith("lotkeeper is not running with this configuration")
        assert ready.json["ready"] is False
        assert "\nlotkeeper_up 0.0\n" in scrape.text
        assert os.getpriority(os.PRIO_PROCESS, process.pid) >= min(19, os.getpriority(os.PRIO_PROCESS, 0) + 5)
        assert Path(f"/proc/{process.pid}/oom_score_adj").read_text() == "1000\n"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(100) == 0


def test_a_port_that_is_taken_ends_it_with_a_sentence_in_the_log(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert begin(write(folder, port), os.getpid()).wait(100) == 1
    assert f"another program has port {port} of 127.0.0.1" in (folder / "logs" / "errors.jsonl").read_text()


def test_a_wrong_configuration_ends_it(folder: Path) -> None:
    process = begin(write(folder, "many"), os.getpid())
    assert process.wait(100) == 2


def test_it_ends_where_its_parent_has_ended_before(folder: Path) -> None:
    assert begin(write(folder, 1), parent=1).wait(100) == 0
