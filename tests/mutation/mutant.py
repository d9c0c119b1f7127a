"""One wrong line in the money rules, and the tests that should notice it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.copies import ROOT

RULES = "lotkeeper/trading/"
TESTS = "tests/lotkeeper/trading"


@dataclass(frozen=True)
class Mutant:
    """`old` stands once in the file; what would go wrong with `new` in its place is said in `what`."""

    file: str
    what: str
    old: str
    new: str

    def check(self) -> None:
        """A mutant that cannot be read, or changes nothing, would be caught by no test's merit."""
        text = (ROOT / RULES / self.file).read_text()
        if text.count(self.old) != 1:
            raise SystemExit(f"{self.file} has this {text.count(self.old)} times, and should once: {self.old}")
        compile(text.replace(self.old, self.new), self.file, "exec")

    @contextmanager
    def in_place(self, copy: Path) -> Iterator[None]:
        """While the block runs, the line is wrong in this copy of the sources."""
        path = copy / RULES / self.file
        text = path.read_text()
        path.write_text(text.replace(self.old, self.new))
        try:
            yield
        finally:
            path.write_text(text)


def nearest_tests(file: str, root: Path) -> Sequence[str]:
    """The tests of the file, then the others of its folder, as paths below `root`."""
    folder = root / TESTS / Path(file).parent
    own = f"test_{Path(file).name}"
    return _below(root, sorted(folder.glob("test_*.py"), key=lambda path: (path.name != own, path)))


def all_tests(root: Path) -> Sequence[str]:
    """Every test of the rules, those with the longest runs last, as paths below `root`."""
    slow = ("test_life.py", "test_rebuilding.py", "test_any_order.py", "test_explanation.py")
    files = sorted((root / TESTS).rglob("test_*.py"))
    return _below(root, sorted(files, key=lambda path: (path.name in slow, "golden" not in str(path))))


def _below(root: Path, paths: Sequence[Path]) -> Sequence[str]:
    return [str(path.relative_to(root)) for path in paths]
