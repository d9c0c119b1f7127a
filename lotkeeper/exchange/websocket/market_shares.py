"""Which pairs share one connection to the market streams."""

from collections.abc import Sequence
from zlib import crc32

MARKET_STREAM = "market stream "  # the beginning of the name of each
PAIRS_OF_A_SHARE = 50  # about: a share may be some larger, because no pair changes its share when others come


def market_shares(symbols: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The pairs of each connection, in the order in which they were given; shares without a pair are left out.

    A pair goes to the share with which its hash is highest (rendezvous hashing). So it stays there when other pairs
    are added or removed, as long as the number of shares stays; a new share takes its part from all the others.
    """
    count = -(-len(symbols) // PAIRS_OF_A_SHARE)
    shares: list[list[str]] = [[] for _ in range(count)]
    for symbol in symbols:
        shares[_share_of(symbol, count)].append(symbol)
    return tuple(tuple(share) for share in shares if share)


def named_shares(symbols: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The same by the name of each stream."""
    return {f"{MARKET_STREAM}{number}": share for number, share in enumerate(market_shares(symbols), start=1)}


def _share_of(symbol: str, count: int) -> int:
    return max(range(count), key=lambda number: crc32(f"{number} {symbol}".encode()))
