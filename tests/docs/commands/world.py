"""Where the commands of the documents are run: a folder, the embedded exchange, and the service as a user starts it."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from select import select
from types import TracebackType
from typing import Any, Self

import orjson

from lotkeeper.verification.staging.waiting import StagingError, wait_for
from tests.docs.commands.calls import calls_of, has_option
from tests.docs.commands.examples import PORT, Example, kinds, with_real_names
from tests.e2e.environment import ROOT, WITHIN_S, SystemUnderTest
from tests.ports import free_port

_COMMAND_WITHIN_S = 300.0  # a line may start a service, and stop another one, on a busy machine
PAIRS = ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT", "--balance", "BTC=1", "--balance", "USDT=1000000"]
# These go on until they are told to end, by Ctrl-C.
ENDLESS = re.compile(r"--watch|--follow|tail -f|lotkeeper (run|paper|top)(?! --(once|json))\b|lotkeeper demo$")
# What a shell keeps from one line to the next.
KEPT = re.compile(r"^(set -a|export |umask |token=|\. \.venv/)")
_STARTS_OR_STOPS = re.compile(r"lotkeeper (start|stop|restart|run)\b")
# Needs that no service runs, or does not mind.
_STOPPED = re.compile(r"^(LOTKEEPER_\w+=\S+ )?(\S+/)?lotkeeper (start|run|db restore|db upgrade|init|demo|paper)\b")


class World:
    """Context manager. `run` does what a line of the documents says, with the names that there are here."""

    def __init__(self, folder: Path, *, is_empty: bool = False, exchange_arguments: Sequence[str] = ()) -> None:
        """If it `is_empty` nothing is configured and no key is given, as before a first start."""
        self.folder, self._is_empty, self._kept = folder, is_empty, list[str]()
        self._is_up = False
        self.port = free_port()
        more = f"web: {{loopback_port: {self.port}}}\n"
        url = f"sqlite:///{folder}/lotkeeper.sqlite"
        self.system = SystemUnderTest(
            folder, [*PAIRS, *exchange_arguments], profit_pct="40", database_url=url, more_config=more
        )

    def __enter__(self) -> Self:
        self.system.__enter__()
        (self.folder / "backup").mkdir()
        (self.folder / ".venv").symlink_to(Path(sys.executable).parents[1])
        secrets = "".join(f"{name}={value}\n" for name, value in self.system.secrets.items())
        for name in (".env", "new.env"):
            (self.folder / name).write_text(secrets)
        (self.folder / "new.yaml").write_text(self.system.config.read_text())
        self.earlier = str(self.system.buy_before_start("BTCUSDT"))
        if self._is_empty:
            self.system.config.unlink()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.system.config.exists():  # the page that makes it was not reached
            self.system.config.write_text((self.folder / "new.yaml").read_text())
        with suppress(subprocess.TimeoutExpired):
            self._bash("lotkeeper stop")
        with suppress(StagingError):  # it says itself which are left
            wait_for("no process of the service is left", lambda: not self.system.processes(), WITHIN_S)
        self.system.__exit__(kind, error, trace)

    # A command

    def run(self, shown: str) -> tuple[int, str]:
        """The exit code, and all that it printed; of an endless one after its first line, and Ctrl-C."""
        self._prepare(shown)
        command = with_real_names(shown, self._places, self._examples)
        if KEPT.search(shown):
            self._kept.append(command)
        self._is_up = self._is_up and not _STARTS_OR_STOPS.search(shown)
        if ENDLESS.search(shown):
            return self._until_its_first_line(command)
        return self._bash(_with_consent(command))

    def _prepare(self, shown: str) -> None:
        if "lotkeeper" not in shown and "curl" not in shown and "token" not in shown:
            return
        for word in re.findall(r"db restore (\S+)", shown):
            path = Path(with_real_names(word, self._places, []))
            if not (self.folder / path).exists():
                self._must(f"lotkeeper db backup {path}")
        if _STOPPED.search(shown):
            self._bash("lotkeeper stop")
            self._is_up = False
        elif not self._is_up and (not self._is_empty or self.system.config.exists()):
            self._start()

    def _start(self) -> None:
        if self._bash("lotkeeper status")[0] == 3:
            self._must("lotkeeper start")
        self._must("lotkeeper wait --proven --timeout 60")
        if "loopback_port" in self.system.config.read_text():
            wait_for("the HTTP server", self._is_served, WITHIN_S)
        self._is_up = True

    def _is_served(self) -> bool:
        """It starts beside the actors, and is not waited for by a start."""
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except OSError:
            return False
        return True

    def _must(self, command: str) -> None:
        code, output = self._bash(command)
        assert code == 0, f"{command}: {output}"

    def _bash(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", self._script(command)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_COMMAND_WITHIN_S,
            check=False,
        )
        return done.returncode, done.stdout

    def _until_its_first_line(self, command: str) -> tuple[int, str]:
        process = subprocess.Popen(
            ["bash", "-c", self._script(command)],
            cwd=self.folder,
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert process.stdout
        line = process.stdout.readline() if select([process.stdout], [], [], WITHIN_S)[0] else ""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        rest, _ = process.communicate(timeout=_COMMAND_WITHIN_S)
        is_ended_by_us = process.returncode in (-signal.SIGINT, 128 + signal.SIGINT)
        return (0 if line and is_ended_by_us else process.returncode), line + rest

    def _script(self, command: str) -> str:
        return "\n".join(("set -o pipefail", *self._kept, command))

    @cached_property
    def environment(self) -> dict[str, str]:
        """That of a user who has given the key, and whose shell finds the command."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        own = {"PATH": path, "HOME": str(self.folder), "PYTHONPATH": str(ROOT), "COLUMNS": "120"}
        exchange = self.system.exchange
        for_init = {
            "LOTKEEPER_EXCHANGE__REST_URL": exchange.rest_url,
            "LOTKEEPER_EXCHANGE__WS_API_URL": exchange.ws_api_url,
            "LOTKEEPER_EXCHANGE__STREAM_URL": exchange.stream_url,
            "LOTKEEPER_RUNTIME_DIR": str(self.system.runtime_dir),
        }
        given = {**self.system.service.environment(), **own, **for_init}
        if self._is_empty:
            return {name: value for name, value in given.items() if name not in self.system.secrets}
        return {**given, "LOTKEEPER_EXCHANGE__KEY_TYPE": "hmac"}

    # Its names

    @property
    def _places(self) -> dict[str, str]:
        files = {"/backup/": f"{self.folder}/backup/", "backup FILE": f"backup {self.folder}/copy.sqlite"}
        ports = {f":{PORT}": f":{self.port}", "--port 8080": "--port 0"}
        times = {"trace BTCUSDT --seconds 60": "trace BTCUSDT --seconds 2", "sleep 16": "sleep 0"}
        shorter = {"demo --seconds 10": "demo --seconds 3", "demo --seconds 20": "demo --seconds 3"}
        shorter |= {"demo --seconds 30": "demo --seconds 3"}
        another = {} if self._is_empty else {"lotkeeper init": "lotkeeper init --config first.yaml --force"}
        line_by_line = {"| jq -r '[.ts": "| jq --unbuffered -r '[.ts"}
        return {**files, **ports, **times, **shorter, **another, **line_by_line}

    @property
    def _examples(self) -> list[Example]:
        return kinds(self.lot, self.sell, self.buy, self.earlier)

    def _rows(self, command: str) -> list[dict[str, Any]]:
        code, output = self._bash(f"{command} --json 2>/dev/null")
        return orjson.loads(output) if code == 0 else []

    def lot(self) -> str:
        """The largest open lot; bought if there is none."""

        def found() -> str:
            rows = sorted(self._rows("lotkeeper positions"), key=lambda each: Decimal(each["received"]))
            return str(rows[-1]["lot"]) if rows else ""

        if not found():
            self.system.buy("BTCUSDT")
        return str(wait_for("an open lot", found, WITHIN_S))

    def sell(self) -> str:
        """A SELL of ours on the book."""

        def found() -> str:
            rows = [
                each for each in self._rows("lotkeeper orders") if (each["side"], each["state"]) == ("SELL", "OPEN")
            ]
            return next((str(each["client_order_id"]) for each in rows), "")

        if not found():
            self._must("lotkeeper resume BTCUSDT --yes")  # a page may have paused it
            self.system.buy("BTCUSDT")
        return str(wait_for("a SELL on the book", found, WITHIN_S))

    def buy(self) -> str:
        """An open BUY of ours."""

        def found() -> str:
            rows = [each for each in self._rows("lotkeeper orders") if each["side"] == "BUY"]
            return next((str(each["client_order_id"]) for each in rows), "")

        if not found():
            self._must("lotkeeper buy BTCUSDT --at 50000 --quantity 0.001 --yes")
        return str(wait_for("an open BUY", found, WITHIN_S))


def _with_consent(command: str) -> str:
    """With --yes where it would ask: no terminal is there."""
    words = calls_of(command)[-1] if calls_of(command) else []
    asks = bool(words) and has_option(words, "--yes") and not {"--yes", "--dry-run"} & set(words)
    return f"{command} --yes" if asks else command
