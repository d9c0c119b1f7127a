"""The faults that are played, by name: each is what it does to the exchange, and how long it lasts by itself."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from lotkeeper.paper.process import PaperProcess

Play = Callable[[PaperProcess], None]


def _fault(name: str, **fields: Any) -> Play:
    return lambda paper: paper.controls().fault(name, **fields) and None


def _both(name: str, **fields: Any) -> Play:
    """On the account's socket and on those of the markets."""

    def play(paper: PaperProcess) -> None:
        for socket in ("user", "market"):
            paper.controls().fault(name, socket=socket, **fields)

    return play


def _refused(paper: PaperProcess) -> None:
    paper.controls().fault("refuse-connection", times=0, for_s=30.0)
    _both("cut")(paper)


def _half_open(paper: PaperProcess) -> None:
    os.kill(paper.pid, signal.SIGSTOP)
    time.sleep(30)
    os.kill(paper.pid, signal.SIGCONT)


FAULTS: dict[str, tuple[str, float, Play]] = {
    "drop": ("all sockets end without a closing frame", 0, _both("cut", how="drop")),
    "abort": ("all sockets are reset", 0, _both("cut", how="abort")),
    "close": ("all sockets are closed with code 1008", 0, _both("cut", how="close", code=1008)),
    "refused for 30 s": ("all sockets cut, new ones refused for 30 s", 30, _refused),
    "half-open for 30 s": ("the exchange is there and answers nothing for 30 s", 30, _half_open),
    "server shutdown": ("serverShutdown, all closed 10 s later", 0, _fault("server-shutdown", seconds=10.0)),
    "429 for 10 s": ("every request is answered 429", 10, _fault("too-many-requests", seconds=10.0)),
    "418 for 10 s": ("every request is answered 418, the account's socket is cut", 10, _fault("ban", seconds=10.0)),
    "garbage": ("1,000 frames that mean nothing on each socket", 0, _both("garbage", frames=1000)),
    "mute": ("all sockets stand and nothing goes through", 0, _both("mute", seconds=3600.0)),
}
