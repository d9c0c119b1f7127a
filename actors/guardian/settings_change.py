"""Which part of a changed configuration a running service takes over, and which waits for the next start."""

from dataclasses import dataclass, replace
from typing import Final

from messages.configuration import KeyChange
from messages.lifecycle import PairSettings, ServiceSettings

_NONE: Final = "none"
LOG_LEVEL: Final = "logs.level"
# How the lots of all pairs are sold; which pairs there are, and their own keys.
_AT_ONCE: Final = ("exit.", "pairs.", LOG_LEVEL)


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What becomes of the settings in force."""

    settings: ServiceSettings  # those in force, with what can be taken over
    in_force: tuple[KeyChange, ...]
    at_restart: tuple[KeyChange, ...]


def settings_change(running: ServiceSettings, wanted: ServiceSettings) -> SettingsChange:
    """Which pairs are kept, how their lots are sold and what is logged is taken over; all else waits for a start."""
    changes = _changes(dict(running.keys), dict(wanted.keys))
    in_force = tuple(each for each in changes if each.key.startswith(_AT_ONCE))
    settings = replace(
        running,
        pairs=tuple(_with_policy(pair, running) for pair in wanted.pairs),
        keys=_with_changes(running.keys, in_force),
    )
    return SettingsChange(settings, in_force, tuple(each for each in changes if each not in in_force))


def added_pairs(before: ServiceSettings, now: ServiceSettings) -> list[PairSettings]:
    """The pairs that were not kept before."""
    known = {pair.symbol for pair in before.pairs}
    return [pair for pair in now.pairs if pair.symbol not in known]


def removed_pairs(before: ServiceSettings, now: ServiceSettings) -> list[PairSettings]:
    """The pairs that are not kept any more."""
    kept = {pair.symbol for pair in now.pairs}
    return [pair for pair in before.pairs if pair.symbol not in kept]


def changed_pairs(before: ServiceSettings, now: ServiceSettings) -> list[PairSettings]:
    """The pairs that are kept before and after, and whose lots are sold otherwise now."""
    known = {pair.symbol: pair for pair in before.pairs}
    return [pair for pair in now.pairs if known.get(pair.symbol, pair) != pair]


def _changes(before: dict[str, str], now: dict[str, str]) -> list[KeyChange]:
    """In the order of the keys."""
    found = (KeyChange(key, before.get(key, _NONE), now.get(key, _NONE)) for key in {**before, **now})
    return [each for each in found if each.before != each.now]


def _with_policy(pair: PairSettings, running: ServiceSettings) -> PairSettings:
    """Its policy is the new one; which earlier BUYs a pair adopts when it is first kept waits for the next start."""
    known = {each.symbol: each.adoption for each in running.pairs}
    return replace(pair, adoption=known.get(pair.symbol, running.pairs[0].adoption))


def _with_changes(keys: tuple[tuple[str, str], ...], changes: tuple[KeyChange, ...]) -> tuple[tuple[str, str], ...]:
    gone = {each.key for each in changes if each.now == _NONE}
    now = {key: value for key, value in keys if key not in gone}
    now.update((each.key, each.now) for each in changes if each.key not in gone)
    return tuple(now.items())
