"""How often something is called that goes on working as ever."""

from typing import Any

import pytest


def count_calls(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> list[tuple[Any, ...]]:
    """The arguments of each call from now on, which grow."""
    called, real = [], getattr(owner, name)

    def counted(*arguments: Any, **named: Any) -> Any:
        called.append(arguments)
        return real(*arguments, **named)

    monkeypatch.setattr(owner, name, counted)
    return called
