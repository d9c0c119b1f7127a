"""What an operator hears of: one table for alerts, incidents, what needs a person, their documents and alert rules.

`python docs/make_alerts.py` writes the documents and the rules of Prometheus from it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """How soon a person is wanted; in rising order."""

    INFO = "info"  # nobody is needed
    WARNING = "warning"  # today
    CRITICAL = "critical"  # now: something is not sold, or not known

    @property
    def rank(self) -> int:
        """For comparisons: a text would compare by its letters."""
        return _RANKS[self]


_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}


class TroubleKind(StrEnum):
    """The names that alerts, `lotkeeper todo`, metrics and `alerts.mute` have; what stops everything comes first."""

    # what needs a person: it stands in `lotkeeper todo`, too
    KILL_SWITCH = "kill-switch"
    GATEWAY = "gateway"
    USER_STREAM = "user-stream"
    DATABASE = "database"
    QUARANTINED = "quarantined"
    GIVEN_UP = "given-up"
    CLOCK = "clock"
    NOT_LISTED = "not-listed"
    DELISTING = "delisting"
    WATCH_ONLY = "watch-only"
    REFUSED = "refused"
    PAUSED = "paused"
    UNKNOWN_ORDER = "unknown-order"
    HELD = "held"
    UNCOVERED = "uncovered"
    STOP_REFUSED = "stop-refused"
    COINS_CAME = "coins-came"
    UNREADABLE = "unreadable"
    STRANGE_STATUS = "strange-status"
    FEE_RISE = "fee-rise"
    BNB_LOW = "bnb-low"
    DISK_LOW = "disk-low"
    CHANNEL = "channel"
    # what ends by itself, or needs nothing
    DEGRADED = "degraded"
    RESTARTS = "restarts"
    BUDGET = "budget"
    LONG_HELD = "long-held"
    # what is recorded, and not told: where it lasts, one of those above is
    STREAM_LOST = "stream-lost"
    PAIR_STALE = "pair-stale"
    ACTOR_RESTARTED = "actor-restarted"
    LEASE_AT_RISK = "lease-at-risk"
    # news: told once, and over with that
    STARTED = "started"
    SALE = "sale"

    @classmethod
    def _missing_(cls, value: object) -> "TroubleKind | None":
        """The name that the database, and records that wait for it, have of an incident."""
        return next((kind for kind, rule in RULES.items() if rule.incident and rule.incident == value), None)


@dataclass(frozen=True, slots=True)
class TroubleRule:
    """All that is fixed of a kind."""

    severity: Severity
    means: str  # for people
    command: str = ""  # what ends it or shows more of it; words in capital letters are to be filled in
    hint: str = ""  # what else is to be known about that, as Markdown
    incident: str = ""  # its name in the database and in `lotkeeper incidents`; empty where it is no incident
    needs_a_person: bool = False  # it is listed by `lotkeeper todo`
    is_told: bool = True  # it makes an alert
    after_s: float = 0.0  # it has to stand for so long before it is told: what is over sooner is not


_KIND, _NOW, _TODAY, _NEWS = TroubleKind, Severity.CRITICAL, Severity.WARNING, Severity.INFO


def _todo(severity: Severity, means: str, command: str, hint: str = "", incident: str = "") -> TroubleRule:
    return TroubleRule(severity, means, command, hint, incident, needs_a_person=True)


def _only_recorded(severity: Severity, means: str, command: str, incident: str) -> TroubleRule:
    return TroubleRule(severity, means, command, incident=incident, is_told=False)


RULES: Final[dict[TroubleKind, TroubleRule]] = {
    _KIND.KILL_SWITCH: _todo(
        _NOW,
        "a person stopped all orders, or the file of halts cannot be read",
        "lotkeeper kill-switch off",
        "when the reason is over",
        "KILL_SWITCH",
    ),
    _KIND.GATEWAY: _todo(
        _NOW,
        "no request or no order can be sent: the key, the journal, a newer system",
        "lotkeeper doctor",
        "see [the key is refused](#the-key-is-refused)",
        "SENDING_BLOCKED",
    ),
    _KIND.USER_STREAM: _todo(
        _NOW,
        "the account's stream cannot be opened, and trying again will not help; fills are found by polling",
        "lotkeeper doctor",
        "see [user stream](#user-stream--mode-polling)",
        "STREAM_UNUSABLE",
    ),
    _KIND.DATABASE: _todo(
        _NOW,
        "the database cannot be read or written; SELLs go on, records wait on disk",
        "lotkeeper db check",
        "make room, start the server; see [ledger](#ledger-)",
        "DATABASE_AWAY",
    ),
    _KIND.QUARANTINED: _todo(
        _NOW,
        "a message ended its actor twice and is not handled any more",
        "lotkeeper restart",
        "read the log first; see [quarantined](#key-quarantined-)",
        "MESSAGE_QUARANTINED",
    ),
    _KIND.GIVEN_UP: _todo(
        _NOW,
        "an actor ended again and again, and is tried every half minute",
        "lotkeeper restart",
        "read `logs/errors.jsonl` first; see [given up](#key-given-up-or-restarts-that-grow)",
        "ACTOR_GIVEN_UP",
    ),
    _KIND.CLOCK: _todo(
        _TODAY,
        "this machine's clock is off, and all times in logs and status are wrong",
        "timedatectl set-ntp true",
        incident="CLOCK_OFF",
    ),
    _KIND.NOT_LISTED: _todo(
        _TODAY,
        "the exchange does not list a configured pair",
        "lotkeeper config check",
        "correct `pairs`, or give its lots up with `lotkeeper release`",
        "PAIR_NOT_LISTED",
    ),
    _KIND.DELISTING: _todo(
        _TODAY,
        "the exchange will delist the pair, or says that its coin is at risk",
        "lotkeeper positions --pair PAIR",
        "sell by hand in time",
        "PAIR_DELISTING",
    ),
    _KIND.WATCH_ONLY: _todo(
        _NOW,
        "the pair's book is not trusted, no SELL is placed on it",
        "lotkeeper resume PAIR",
        "or what the message says; see [a pair is watch-only](#a-pair-is-watch-only)",
        "PAIR_UNPROVEN",
    ),
    _KIND.REFUSED: _todo(
        _NOW,
        "the exchange refuses every SELL of the pair",
        "lotkeeper resume PAIR",
        "mend first what the message names; see [the exchange refuses SELLs](#the-exchange-refuses-sells)",
        "SELLS_REFUSED",
    ),
    _KIND.PAUSED: _todo(
        _TODAY, "a person paused the pair without an end: what is bought gets no SELL", "lotkeeper resume PAIR"
    ),
    _KIND.UNKNOWN_ORDER: _todo(
        _NOW,
        "what became of an order is not known for over a minute; the exchange is asked on",
        "lotkeeper resolve ORDER",
        "with what the exchange's own page shows; see [an order is UNKNOWN](#an-order-is-unknown)",
        "ORDER_UNKNOWN",
    ),
    _KIND.HELD: _todo(
        _TODAY,
        "a lot is not sold before a person resumes its pair",
        "lotkeeper resume PAIR",
        "see [a lot is held](#a-lot-is-held)",
        "LOT_HELD",
    ),
    _KIND.UNCOVERED: _todo(
        _NOW,
        "coins have had no SELL for over a minute",
        "lotkeeper explain LOT",
        "or the command in the message",
        "LOT_UNPROTECTED",
    ),
    _KIND.STOP_REFUSED: _todo(
        _TODAY,
        "the SELL of a lot stands without its stop: the exchange does not take it, mostly because its limit is farther "
        "below the market than the price band allows; it is tried again by itself",
        "lotkeeper explain LOT",
        "shows the nearest price; or a stop that is nearer (`exit.stop_loss`), then `lotkeeper config reload`",
    ),
    _KIND.COINS_CAME: _todo(
        _TODAY,
        "coins came without a trade, and are not sold",
        "lotkeeper adopt PAIR --quantity QUANTITY --cost COST",
        "or `lotkeeper dismiss`",
        "COINS_CAME",
    ),
    _KIND.UNREADABLE: _todo(
        _NOW,
        "a trade of the account cannot be read",
        "lotkeeper adopt PAIR --quantity QUANTITY --cost COST",
        "then `lotkeeper bugreport`; see [its entry](#trade--cannot-be-read)",
        "TRADE_UNREADABLE",
    ),
    _KIND.STRANGE_STATUS: _todo(
        _TODAY,
        "an order has a status that is new to lotkeeper",
        "lotkeeper release LOT",
        "look at the order on the exchange's page first; not if it stands there",
        "ORDER_STRANGE",
    ),
    _KIND.FEE_RISE: _todo(
        _TODAY,
        "SELLs on the book sell at a loss since the fee has risen",
        "lotkeeper resume PAIR",
        "after you cancelled them; see [the fee of a SELL has risen](#the-fee-of-a-sell-has-risen)",
        "FEE_RISE",
    ),
    _KIND.BNB_LOW: _todo(
        _TODAY,
        "less BNB is free for fees than you want",
        "lotkeeper buy PAIR --quantity QUANTITY",
        "a pair of BNB; or buy it on the exchange",
        "FEES_LOW",
    ),
    _KIND.DISK_LOW: _todo(
        _NOW,
        "little is free on the disk of the database or of the logs",
        "df -h FOLDER",
        "make room: a full disk stops the records, not the selling",
    ),
    _KIND.CHANNEL: _todo(
        _TODAY,
        "a channel of the alerts does not deliver; the others tell of it",
        "lotkeeper alerts test CHANNEL",
        "correct its address",
    ),
    _KIND.DEGRADED: TroubleRule(
        _NOW,
        "a pair, or what all pairs need, is not proven for over 20 s",
        "lotkeeper status",
        "the network, the exchange",
        after_s=20.0,  # a renewed connection takes a few seconds
    ),
    _KIND.RESTARTS: TroubleRule(
        _TODAY,
        "an actor was started again more than four times within ten minutes",
        "lotkeeper top",
        "read `logs/errors.jsonl`",
    ),
    _KIND.BUDGET: TroubleRule(
        _TODAY,
        "the exchange asked to wait, or nine tenths of a limit of the day are used; a ban is critical",
        "lotkeeper status",
        "find the other program that uses the address or the key",
        "EXCHANGE_PAUSE",
    ),
    _KIND.LONG_HELD: TroubleRule(
        _TODAY,
        "the oldest lot of the pair has waited for longer than `held_longer_than_days`",
        "lotkeeper explain LOT",
        "sell it, or wait",
    ),
    _KIND.STREAM_LOST: _only_recorded(
        _TODAY, "a websocket that was proven does not deliver", "lotkeeper status", "STREAM_LOST"
    ),
    _KIND.PAIR_STALE: _only_recorded(
        _NOW, "the trades of a pair are not accounted for up to now", "lotkeeper reconcile PAIR", "PAIR_STALE"
    ),
    _KIND.ACTOR_RESTARTED: _only_recorded(
        _NEWS, "the process of an actor ended, and it was started again", "lotkeeper top", "ACTOR_RESTARTED"
    ),
    _KIND.LEASE_AT_RISK: _only_recorded(
        _TODAY, "the lease of one of two hosts cannot be renewed", "lotkeeper status", "LEASE_AT_RISK"
    ),
    _KIND.STARTED: TroubleRule(_NEWS, "the service has started, and the channel works"),
    _KIND.SALE: TroubleRule(_NEWS, "SELLs were filled (`alerts.sales`)"),
}

TOLD: Final = tuple(kind for kind in TroubleKind if RULES[kind].is_told)
TODO: Final = tuple(kind for kind in TroubleKind if RULES[kind].needs_a_person)
INCIDENTS: Final = tuple(kind for kind in TroubleKind if RULES[kind].incident)

_TO_FILL_IN = re.compile(r"\b[A-Z]{3,}\b")


def command_for(kind: TroubleKind, **words: str) -> str:
    """The command of the kind, with its words in capital letters filled in where they are given and not empty."""
    return _TO_FILL_IN.sub(lambda found: words.get(found[0].lower()) or found[0], RULES[kind].command)
