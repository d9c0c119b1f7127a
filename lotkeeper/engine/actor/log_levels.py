"""From which level on the actors log, changed while they run: a supervisor hands it on to all below it."""

from dataclasses import dataclass, replace

from lotkeeper.engine.inspection.naming import plain_name


@dataclass(frozen=True, slots=True)
class ActorLevel:
    """From which level on the actors of a class log."""

    actor: str  # the name of the class; empty: all others
    level: str  # as in `logging`
    until_ms: int | None = None  # wall clock; None: until it is changed again
    who: str = ""  # who wanted it

    def is_of(self, actor: str) -> bool:
        """Whether it is that of this class; the names may be written in any way."""
        return plain_name(self.actor) == plain_name(actor)


@dataclass(frozen=True, slots=True)
class LogLevels:
    """Sent by a supervisor to its children, also to those that it starts later."""

    changed: tuple[ActorLevel, ...] = ()  # wished beside the configured level
    configured: str = ""  # the configured one, where it is another by now; empty: as they were started

    def level_of(self, actor: str) -> str:
        """Empty for the level with which its process was started."""
        found = {bool(each.actor): each.level for each in self.changed if not each.actor or each.is_of(actor)}
        return found.get(True) or found.get(False) or self.configured

    def with_change(self, change: ActorLevel) -> "LogLevels":
        """A change of all replaces every other one; one without a level takes that of its actor back."""
        others = () if not change.actor else tuple(each for each in self.changed if not each.is_of(change.actor))
        return replace(self, changed=(*others, change) if change.level else others)

    def at(self, now_ms: int) -> "LogLevels":
        """Without those whose time is over."""
        left = (each for each in self.changed if each.until_ms is None or each.until_ms > now_ms)
        return replace(self, changed=tuple(left))


@dataclass(frozen=True, slots=True)
class ChangeLogLevel:
    """Asks the root to change a level, or with None which are in force; it answers with its LogLevels."""

    change: ActorLevel | None = None
