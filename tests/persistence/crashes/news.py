"""What the Monitor tells beside the records of keepers: incidents that begin and end, and balances.

Both follow from the number of the record before which they are told.
"""

from decimal import Decimal as D

from lotkeeper.trading.balances import BalanceSeen
from lotkeeper.trading.incidents import Incident, IncidentEnd
from lotkeeper.trading.trouble_kinds import TroubleKind
from messages.ledger import RecordBalances, RecordIncidents

_EVERY = 3  # records: one begins, and is over before the next record
_SUBJECTS = 4
_STEP_MS = 1000


def incidents_before(number: int) -> RecordIncidents | None:
    """What begins or is over before this record."""
    began = number - number % _EVERY
    if not began or number % _EVERY > 1:
        return None
    return RecordIncidents(number, (_incident(began, number),), number % 2 == 0 and began == number, number)


def incidents_up_to(number: int) -> set[Incident]:
    """All that there are when those before this record were told."""
    return {_incident(began, number) for began in range(_EVERY, number + 1, _EVERY)}


def _incident(began: int, number: int) -> Incident:
    opened_ms, is_over = began * _STEP_MS, number > began
    return Incident(
        TroubleKind.STREAM_LOST,
        f"market stream {began % _SUBJECTS}",
        opened_ms,
        "killed",
        ended_ms=opened_ms + 1 if is_over else None,
        end=IncidentEnd.OVER if is_over else None,
    )


def balances_before(number: int) -> RecordBalances:
    """Each differs in both amounts, so that half a row would show."""
    return RecordBalances((BalanceSeen("BTC", D(number) / 8, D(number) / 16, number),), None, number)


def is_whole(balance: BalanceSeen, number: int) -> bool:
    """Whether it is one that was told before this record or an earlier one; nobody confirms the newest."""
    return 0 < balance.at_ms <= number and balance == balances_before(balance.at_ms).balances[0]
