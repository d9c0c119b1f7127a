"""The service with moments noted in the engine of each process: `python -m benchmarks.fast_path.traced_service`.

Only the engine is touched, so that this holds whatever the actors do. Each process appends its rounds to a file of its
own in the folder that FAST_PATH_FOLDER names: a round is what happens between two waits.
"""

import os
import time
from pathlib import Path
from typing import Any

import orjson

from cli.main import main
from lotkeeper.engine.actor.base import EngineActor
from lotkeeper.engine.transport import incoming_connection
from lotkeeper.engine.transport.waiting import Poller

FOLDER = "FAST_PATH_FOLDER"
# Rounds that handle or send one of these are kept.
TRACED = ("OrderReported", "PlaceSellOrder")

_marks: list[tuple[str, str, int, int]] = []  # what, type of the message, monotonic time, CPU time of the thread


def _mark(what: str, message: Any = None) -> None:
    _marks.append((what, type(message).__name__, time.monotonic_ns(), time.thread_time_ns()))


def _flush() -> None:
    if any(name in TRACED for _, name, _, _ in _marks):
        path = Path(os.environ[FOLDER]) / f"{os.getpid()}.jsonl"
        with path.open("ab") as file:
            file.write(orjson.dumps(_marks) + b"\n")
    _marks.clear()


def install() -> None:
    wait, unpack = Poller.wait, vars(incoming_connection)["unpack"]
    receive, send = EngineActor.receiveMessage, EngineActor.send

    def traced_wait(poller: Poller, limit: float | None) -> Any:
        _flush()
        events = wait(poller, limit)
        _mark("woken")
        return events

    def traced_unpack(data: Any) -> Any:
        _mark("read")
        message = unpack(data)
        _mark("unpickled", message)
        return message

    def traced_receive(actor: EngineActor, message: Any, sender: Any) -> Any:
        _mark("handler", message)
        result = receive(actor, message, sender)
        _mark("handled", message)
        return result

    def traced_send(actor: EngineActor, to: Any, message: Any) -> None:
        _mark("send", message)
        send(actor, to, message)
        _mark("sent", message)

    replacements: tuple[tuple[object, str, object], ...] = (
        (Poller, "wait", traced_wait),
        (incoming_connection, "unpack", traced_unpack),
        (EngineActor, "receiveMessage", traced_receive),
        (EngineActor, "send", traced_send),
    )
    for owner, name, traced in replacements:
        setattr(owner, name, traced)


if __name__ == "__main__":
    install()
    main()
