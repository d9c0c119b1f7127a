"""What needs a person: each with a sentence, and the command that ends it or shows more of it."""

from dataclasses import dataclass

from lotkeeper.trading.trouble_kinds import TroubleKind


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that needs a person."""

    kind: TroubleKind
    text: str  # for people
    command: str  # what ends it or shows more of it, as it is to be typed; capital letters are to be filled in
    pair: str = ""
    lot: str = ""
    order: str = ""  # a client order id
    actor: str = ""  # the name of an actor
    since_ms: int | None = None  # wall clock; None where only the moment is known at which it was seen first

    @property
    def key(self) -> tuple[TroubleKind, str, str, str, str]:
        """What it is about. Its text may change, as a quantity in it does."""
        return self.kind, self.pair, self.lot, self.order, self.actor


_ORDER = list(TroubleKind)


def in_order(found: list[Todo]) -> list[Todo]:
    """The most urgent first, then the oldest."""
    return sorted(found, key=lambda each: (_ORDER.index(each.kind), each.since_ms or 0, each.pair, each.lot))
