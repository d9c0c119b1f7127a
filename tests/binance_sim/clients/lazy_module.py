"""Modules of real clients, imported by the first test that uses them.

ccxt alone takes ten seconds to import for the first time, and each test worker collects every file.
"""

from typing import Any

import pytest


class LazyModule:
    """Stands for a module; a test that uses it is skipped where it is not installed."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("_"):  # pytest asks each object for some of these
            raise AttributeError(attribute)
        return getattr(pytest.importorskip(self._name), attribute)
