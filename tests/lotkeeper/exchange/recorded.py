"""Recorded data of the real exchange, which is stored beside the checkout."""

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[4] / "shared" / "data"


def data_file(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the recorded exchange data {name} is not beside this checkout")
    return path


@cache
def user_frames() -> list[dict[str, Any]]:
    with lzma.open(data_file("userdata/frames.jsonl.xz"), "rt") as lines:
        return [json.loads(line) for line in lines]


def frame(seq: str, number: int = 1, channel: str | None = None) -> bytes:
    """The text of one recorded frame."""
    return next(
        each["raw"].encode()
        for each in user_frames()
        if each["seq"] == seq and each["n"] == number and channel in (None, each["ch"])
    )
