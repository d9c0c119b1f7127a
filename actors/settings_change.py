"""Which part of a changed configuration a running service takes over, and which waits for the next start."""

from dataclasses import dataclass, replace
from typing import Final

from messages.configuration import KeyChange
from messages.lifecycle import PairSettings, ServiceSettings

_NONE: Final = "none"
_GENERAL: Final = "exit."  # how lots of all pairs are sold
_PAIRS: Final = "pairs."


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What becomes of the settings in force."""

    settings: ServiceSettings  # those in force, with what can be taken over
    in_force: tuple[KeyChange, ...]
    at_restart: tuple[KeyChange, ...]


def settings_change(running: ServiceSettings, wanted: ServiceSettings) -> SettingsChange:
    """How lots are sold is taken over for the pairs that are kept before and after; all else waits for the next start.

    So a pair that is added or taken away waits, and until then a pair that is taken away is sold as before.
    """
    kept = {pair.symbol for pair in running.pairs} & {pair.symbol for pair in wanted.pairs}
    changes = _changes(dict(running.keys), dict(wanted.keys))
    in_force = tuple(each for each in changes if _may_change(each.key, kept))
    settings = replace(
        running,
        pairs=tuple(_with_policy(pair, wanted) if pair.symbol in kept else pair for pair in running.pairs),
        keys=_with_changes(running.keys, in_force),
    )
    return SettingsChange(settings, in_force, tuple(each for each in changes if each not in in_force))


def changed_pairs(before: ServiceSettings, now: ServiceSettings) -> list[PairSettings]:
    """The pairs whose lots are sold otherwise now."""
    return [pair for pair in now.pairs if pair not in before.pairs]


def _changes(before: dict[str, str], now: dict[str, str]) -> list[KeyChange]:
    """In the order of the keys."""
    found = (KeyChange(key, before.get(key, _NONE), now.get(key, _NONE)) for key in {**before, **now})
    return [each for each in found if each.before != each.now]


def _may_change(key: str, kept: set[str]) -> bool:
    """Whether the key concerns how lots of a pair that stays are sold. A symbol may have a dot in it."""
    if key.startswith(_GENERAL):
        return True
    symbol, _, own = key.removeprefix(_PAIRS).rpartition(".")
    return key.startswith(_PAIRS) and bool(own) and symbol in kept


def _with_policy(pair: PairSettings, wanted: ServiceSettings) -> PairSettings:
    return replace(pair, policy=next(each.policy for each in wanted.pairs if each.symbol == pair.symbol))


def _with_changes(keys: tuple[tuple[str, str], ...], changes: tuple[KeyChange, ...]) -> tuple[tuple[str, str], ...]:
    gone = {each.key for each in changes if each.now == _NONE}
    now = {key: value for key, value in keys if key not in gone}
    now.update((each.key, each.now) for each in changes if each.key not in gone)
    return tuple(now.items())
