"""Taking over another configuration while the service runs, and what it would change."""

from dataclasses import dataclass
from typing import Any

from lotkeeper.trading.policy import ExitPolicy
from messages.lifecycle import ServiceSettings


@dataclass(frozen=True, slots=True)
class AskChanges:
    """Asks which standing SELLs would be placed again by these exits; answered by the Ledger. Changes nothing."""

    policies: tuple[tuple[str, ExitPolicy], ...]  # by pair; pairs that are not here are not looked at


@dataclass(frozen=True, slots=True)
class ChangesReported:
    """The SELLs of open lots, as the database has them, that would be placed again at another price."""

    changes: tuple[dict[str, Any], ...]  # as plain JSON values, the oldest lot first


@dataclass(frozen=True, slots=True)
class ReloadConfig:
    """Puts the settings that the configuration file has now into force, as far as that goes while the service runs.

    Answered by the Guardian with ConfigReloaded. The same settings again change nothing.
    """

    settings: ServiceSettings
    is_dry_run: bool  # only says which keys differ
    who: str = ""  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it
    shown: "ConfigReloaded | None" = None  # what the person saw; where other keys differ now it is refused


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key of the configuration with another value than the running service has; values as text."""

    key: str
    before: str  # "none" where it was not set
    now: str  # "none" where it is not set any more


@dataclass(frozen=True, slots=True)
class ConfigReloaded:
    """Which keys differ from those in force. After a dry run nothing has changed."""

    in_force: tuple[KeyChange, ...]  # the service has taken these over
    at_restart: tuple[KeyChange, ...]  # these take effect at the next start
    ended: tuple[str, ...] = ()  # how the keeper of each pair that was taken out has ended, a sentence each
