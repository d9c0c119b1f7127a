"""The service, its configuration and its database; the first use, the demonstration and the drill."""

from typing import Any, Literal

from pydantic import Field

from lotkeeper.service.schemas.base import Amount, Count, Document, Moment, Seconds


class CheckFound(Document):
    """A line of `lotkeeper doctor`."""

    check: str
    verdict: str
    """ok, warning, failed or skipped."""
    text: str
    fix: str | None


class Doctor(Document):
    """`lotkeeper doctor`."""

    well: bool
    """Whether nothing failed."""
    findings: list[CheckFound]


class WrittenConfig(Document):
    """`lotkeeper init`."""

    file: str
    pairs: list[str]
    net_profit_pct: str
    key_type: str
    fee_asset: str | None
    """BNB, or null: the coins that a trade brings."""
    warnings: list[str]
    next: str


class Proven(Document):
    """`lotkeeper wait`."""

    proven: list[str]


class CheckedConfig(Document):
    """`lotkeeper config check`."""

    file: str
    pairs: list[str]


class ChangedLevel(Document):
    """From which level on the actors of a class log, or a process that is no actor."""

    actor: str
    """Its name, `launcher`, `web`, or `all`."""
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]
    until: Moment | None
    """When it ends by itself."""
    who: str


class PageAddresses(Document):
    """`lotkeeper page`."""

    addresses: list[str]
    """Each with the token: of this machine, and of each name of `web.hosts`."""
    token: str


class LogLevelsShown(Document):
    """`lotkeeper log-level`."""

    configured: str
    """`logs.level` of the configuration."""
    changed: list[ChangedLevel]
    """What is in force beside it."""


class ChangedKey(Document):
    """A key of the configuration with another value."""

    key: str
    before: str
    now: str


class RemovedPair(Document):
    """A pair that is taken out, and what is left of it on the exchange."""

    pair: str
    open_lots: int
    sells: int
    lots_without_sell: int


class ReloadedConfig(Document):
    """`lotkeeper config reload`."""

    dry_run: bool
    in_force: list[ChangedKey]
    at_restart: list[ChangedKey]
    sells: list[dict[str, Any]]
    """As of `lotkeeper changes`."""
    added: list[str]
    """Pairs that are kept from now on."""
    removed: list[RemovedPair]
    ended: list[str]
    """How the keeper of each pair that was taken out has ended."""


class CopiedFile(Document):
    """`lotkeeper db backup`."""

    file: str
    bytes: Count
    lots: Count
    trades: Count


class RestoredFile(CopiedFile):
    """`lotkeeper db restore`."""

    restored_to: str
    kept: str | None


class CopiedDatabase(Document):
    """`lotkeeper db copy`."""

    copied_to: str
    rows: dict[str, Count]
    """By table."""
    halts: str | None = None
    """The file of what a person has halted, beside the other database; null where there is none."""
    findings: list[str]
    """As of `lotkeeper db check`."""


class CheckedDatabase(Document):
    """`lotkeeper db check`."""

    database: str
    lots: Count
    exchange: bool
    findings: list[str]


class UpgradeStep(Document):
    """From one schema to the next."""

    from_: int = Field(alias="from")
    to: int
    changes: list[str]
    only_adds: bool


class UpgradedDatabase(Document):
    """`lotkeeper db upgrade`."""

    database: str
    schema_: int | None = Field(alias="schema")
    newest: int
    steps: list[UpgradeStep]
    copy_: str | None = Field(alias="copy")
    done: bool


class BugReport(Document):
    """`lotkeeper bugreport`."""

    file: str
    contents: dict[str, str]
    """What each file of the archive has."""


class Demonstrated(Document):
    """`lotkeeper demo`."""

    buys: Count
    lots_open: Count
    lots_closed: Count
    sells_placed: Count
    sells_filled: Count
    first_sell_seconds: Seconds | None
    net_profit: dict[str, Amount]
    unprotected: float
    unprotected_by_pair: dict[str, Amount]
    seconds: Seconds
    restarts: dict[str, Count]


class DrillMoment(Document):
    """How the status was at a moment of a fault."""

    after: Seconds
    status: str


class DrillSell(Document):
    """A SELL that was accepted."""

    quantity: Amount
    price: Amount


class DrillBuy(Document):
    """A BUY during a fault, and its SELLs."""

    symbol: str
    order_id: int
    filled_after: Seconds
    sell_after: Seconds | None
    sells: list[DrillSell]


class DrilledFault(Document):
    """`lotkeeper drill NAME`."""

    name: str
    text: str
    round_trip_ms: float
    jitter_ms: float
    kept: bool
    broken: list[str]
    said_after_seconds: Seconds | None
    proven_after_seconds: Seconds | None
    moments: list[DrillMoment]
    slowest_sell_seconds: Seconds
    buys: list[DrillBuy]
    folder: str | None


class DrillAct(Document):
    """Something that was done in a round."""

    at: Seconds
    act: str
    came: str


class DrilledRound(Document):
    """A round of the drill."""

    seed: int
    round_trip_ms: float
    jitter_ms: float
    longest_lag_seconds: Seconds
    exits: dict[str, Any]
    kept: bool
    broken: list[str]
    trades: Count
    faults: Count
    kills: Count
    buys: Count
    sells: Count
    slowest_sell_seconds: Seconds
    well_after_seconds: Seconds
    waited_for: list[Any]
    played: list[DrillAct]
    folder: str | None


class DrilledRounds(Document):
    """`lotkeeper drill`."""

    kept: bool
    rounds: list[DrilledRound]
