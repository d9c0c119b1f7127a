"""How the HTTP server asks the service."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from lotkeeper.web.running_service import RunningService, SharedAnswer
from tests.lotkeeper.service.test_configuration import write_config


def test_many_who_ask_at_once_and_soon_after_share_an_answer():
    asked: list[int] = []

    async def run() -> list[int]:
        with ThreadPoolExecutor(1) as thread:
            shared = SharedAnswer(thread, lambda: asked.append(1) or len(asked), fresh_for_s=60.0)
            return [*await asyncio.gather(*(shared.get() for _ in range(100))), await shared.get()]

    assert asyncio.run(run()) == [1] * 101


def test_an_old_answer_is_asked_for_again():
    asked: list[int] = []

    async def run() -> list[int]:
        with ThreadPoolExecutor(1) as thread:
            shared = SharedAnswer(thread, lambda: asked.append(1) or len(asked), fresh_for_s=-1.0)
            return [await shared.get(), await shared.get()]

    assert asyncio.run(run()) == [1, 2]


def test_a_client_that_leaves_does_not_take_the_answer_from_others():
    answered = threading.Event()

    async def run() -> str:
        with ThreadPoolExecutor(1) as thread:
            shared = SharedAnswer(thread, lambda: answered.wait(10) and "the answer")
            leaves, stays = asyncio.create_task(shared.get()), asyncio.create_task(shared.get())
            await asyncio.sleep(0)
            leaves.cancel()
            answered.set()
            return await stays

    assert asyncio.run(run()) == "the answer"


def test_a_failure_is_told_to_all_and_is_no_answer_for_ever():
    def ask() -> None:
        raise ServiceError("no answer")

    async def run() -> list[object]:
        with ThreadPoolExecutor(1) as thread:
            shared = SharedAnswer(thread, ask, fresh_for_s=-1.0)
            return await asyncio.gather(shared.get(), shared.get(), return_exceptions=True)

    assert [str(each) for each in asyncio.run(run())] == ["no answer", "no answer"]


def test_a_service_that_does_not_run_is_said_at_once(tmp_path: Path) -> None:
    service = RunningService(write_config(tmp_path)[0])
    with pytest.raises(ServiceNotRunningError, match="lotkeeper is not running"):
        service.status()
    with pytest.raises(ServiceNotRunningError, match="lotkeeper is not running"):
        service.check_alive()
