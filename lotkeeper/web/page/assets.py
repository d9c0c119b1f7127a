"""The files of the page, under an address that changes with their content, so that a browser keeps them for good."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SITE = Path(__file__).parent / "site"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_INDEX = "index.html"
_PLACE = b"{{assets}}"  # in the index, for the address of the assets
_CHECKSUM_DIGITS = 16


@dataclass(frozen=True)
class Asset:
    """A file of the page; `name` is its path below `site/`."""

    name: str
    body: bytes

    @property
    def content_type(self) -> str:
        return _TYPES[Path(self.name).suffix]

    @cached_property
    def zipped(self) -> bytes:
        """By gzip; made when it is first asked for."""
        return gzip.compress(self.body, mtime=0)


@dataclass(frozen=True)
class PageFiles:
    """All files of the page."""

    assets: Mapping[str, Asset]

    @cached_property
    def checksum(self) -> str:
        """Of all assets: one address for all, so that the modules find each other by relative names."""
        found = hashlib.sha256()
        for name, asset in sorted(self.assets.items()):
            found.update(f"{name}\0{len(asset.body)}\0".encode() + asset.body)
        return found.hexdigest()[:_CHECKSUM_DIGITS]

    @cached_property
    def index(self) -> Asset:
        """The page itself, which names the assets."""
        body = self.assets[_INDEX].body.replace(_PLACE, f"assets/{self.checksum}".encode())
        return Asset(_INDEX, body)


def read_page_files(site: Path = SITE) -> PageFiles:
    """Reads them all: some hundred kilobytes. A file of a kind that the page does not have is left out."""
    paths = [path for path in sorted(site.rglob("*")) if path.suffix in _TYPES]
    names = [path.relative_to(site).as_posix() for path in paths]
    return PageFiles({name: Asset(name, path.read_bytes()) for name, path in zip(names, paths, strict=True)})
