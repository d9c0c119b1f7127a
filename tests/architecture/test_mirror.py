"""Tests mirror the folders: the tests of a folder stand under the same path below tests/."""

from pathlib import Path

from tests.architecture.source import PACKAGES, ROOT

TESTS = ROOT / "tests"
# Tests of more than one folder: of the documents, of the structure, of whole systems, of a folder beside its own tests.
ACROSS = {
    ".",
    "architecture",
    "binance_sim/clients",
    "binance_sim/frames",
    "deploy",
    "docs",
    "docs/commands",
    "e2e",
    "e2e/page",
    "lotkeeper/trading/golden",
    "actors/pair_keeper/scenarios",
    "mutation",
    "release",
    "simulation",
    "standby",
}
# Folders whose code has no life of its own: it is tested through the folder above.
TESTED_ABOVE = {
    "binance_sim/api/endpoints",
    "binance_sim/api/shapes",
    "binance_sim/command",
    "binance_sim/sources/captures",
}


def folders(root: Path, pattern: str) -> set[str]:
    """The folders below `root` that hold such a file, relative to it."""
    return {str(path.parent.relative_to(root)) for path in root.rglob(pattern) if path.name != "__init__.py"}


def product_folders() -> set[str]:
    return {f"{package}/{each}".removesuffix("/.") for package in PACKAGES for each in folders(ROOT / package, "*.py")}


def test_each_test_folder_has_a_folder_of_the_product() -> None:
    assert folders(TESTS, "test_*.py") - product_folders() == ACROSS


def test_each_folder_of_the_product_has_its_tests() -> None:
    assert product_folders() - folders(TESTS, "test_*.py") == TESTED_ABOVE
