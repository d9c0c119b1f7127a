"""What nobody confirms, as records: decisions of actors that keep no lots, and the balances of the account."""

from messages.ledger import RecordBalances, RecordDecisions
from persistence.records import BalanceRecord, DecisionRecord, Entry, OtherBalancesRecord


def unconfirmed_entries(message: RecordDecisions | RecordBalances) -> list[Entry]:
    if isinstance(message, RecordDecisions):
        return [DecisionRecord(each) for each in message.decisions]
    entries: list[Entry] = [BalanceRecord(each, message.seen_ms) for each in message.balances]
    if message.all_as_of_ms is not None:
        entries.append(OtherBalancesRecord(message.all_as_of_ms, message.seen_ms))
    return entries
