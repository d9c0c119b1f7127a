"""Names that a person gave and that are not known: the nearest that are."""

from collections.abc import Iterator
from contextlib import contextmanager

from lotkeeper.service.client import Ask
from lotkeeper.service.errors import ConfigurationError, ServiceError, ServiceNotRunningError

_MOST_LOTS = 500  # the newest are looked at


@contextmanager
def lot_explained(ask: Ask, lot: str) -> Iterator[None]:
    """Adds to a refusal what became of the lot, if it is closed, or the nearest names, if there is none."""
    try:
        yield
    except ServiceError as error:
        if isinstance(error, ServiceNotRunningError | ConfigurationError):
            raise
        raise type(error)(f"{error}{_about_lot(ask, lot, str(error))}") from error


def _about_lot(ask: Ask, lot: str, said: str) -> str:
    from lotkeeper.trading.nearest_names import did_you_mean
    from messages.control import AskPositions

    pair = lot.rpartition("-")[0]
    try:
        found = ask(AskPositions(pair, False, _MOST_LOTS)).positions
    except ServiceError:
        return ""  # an unknown pair: the refusal says so
    states = {each["lot"]: each["state"] for each in found}
    if lot not in states:
        return did_you_mean(lot, states)
    if states[lot] != "CLOSED":
        return ""
    closed = "" if "closed" in said else " it is closed:"
    return f";{closed} `lotkeeper explain {lot}` shows what it earned"
