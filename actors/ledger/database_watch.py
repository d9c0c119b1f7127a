"""Notices that the files of the database were deleted or replaced while the service runs, and writes them again."""

from persistence.engines.base import Presence
from persistence.errors import StoreError
from persistence.store import Store

_SHOWN_S = 600.0  # so long the status says that it happened


class DatabaseWatch:
    """Asked regularly, with the store that is open. Times are seconds of the monotonic clock."""

    def __init__(self) -> None:
        self._trouble = ""  # of files that are not in their places now
        self._notice = ""  # what was mended
        self._shown_until_s = 0.0

    def trouble(self, now_s: float) -> str:
        """What a person has to know of the files; empty if there is nothing."""
        return self._trouble or (self._notice if now_s < self._shown_until_s else "")

    def mend(self, store: Store, now_s: float) -> bool:
        """Whether the files had to be written again: then the store is closed, and has to be opened again."""
        try:
            found = store.presence()
            if found is Presence.DELETED:
                store.write_again()
        except StoreError as error:
            self._trouble = f"the files of the database were deleted, and cannot be written again: {error}"
            return False
        self._trouble = _replaced(store) if found is Presence.REPLACED else ""
        if found is not Presence.DELETED:
            return False
        self._notice = f"the files of the database {store.place} were deleted while the service ran: written again"
        self._shown_until_s = now_s + _SHOWN_S
        return True


def _replaced(store: Store) -> str:
    return (
        f"another file was put in the place of the database {store.place} while the service runs, and nothing is "
        "written to it; move it away, and the right one is written again, or use it: lotkeeper restart"
    )
