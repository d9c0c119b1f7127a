"""lotkeeper: what the actors stand on (engine, trading rules, exchange from outside and inside)."""

from lotkeeper.version import __version__

__all__ = ["__version__"]
