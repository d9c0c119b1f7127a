"""Fills the holes of Python's heap before a fork, so that what forked processes make lies side by side.

A process that has imported much has free blocks between its objects, and makes new objects there first. In a forked
process each of these objects lies on another page that it shared with its parent until then, and that is copied for it
(Objects/obmalloc.c: a pool of 16 KB for each size, a multiple of 16 bytes up to 512).
"""

_STEP, _LARGEST = 16, 512  # bytes: ALIGNMENT and SMALL_REQUEST_THRESHOLD
_POOL, _POOL_HEADER = 16 << 10, 48
_MOST = 20_000  # blocks of one size; where another allocator is in use, no pool is ever seen to be new

_kept: list[bytes] = []


def fill_holes() -> int:
    """Returns how many bytes are now filled, for as long as this process runs."""
    filled = 0
    for size in range(_LARGEST, bytes.__basicsize__, -_STEP):
        blocks = _blocks_until_new_pool(size)
        filled += size * len(blocks)
        _kept.extend(blocks)
    return filled


def _blocks_until_new_pool(size: int) -> list[bytes]:
    """Blocks of one size, until so many came one after the other that they can only be those of a new pool."""
    blocks: list[bytes] = []
    wanted, in_a_row, last = (_POOL - _POOL_HEADER) // size - 1, 0, 0
    while in_a_row < wanted:
        if len(blocks) == _MOST:
            return []
        blocks.append(bytes(size - bytes.__basicsize__))
        in_a_row = in_a_row + 1 if id(blocks[-1]) - last == size else 0
        last = id(blocks[-1])
    return blocks
