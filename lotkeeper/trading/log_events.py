"""What the lines of the log tell, by name. A line has one of these names in its field `event`.

A line that tells of a decision has the name of its kind (`DecisionKind`), one of the engine that of an `EngineEvent`.
"""

from enum import StrEnum
from typing import Any


class LogEvent(StrEnum):
    """A name, and what a line of that name says."""

    meaning: str

    def __new__(cls, name: str, meaning: str) -> "LogEvent":
        self = str.__new__(cls, name)
        self._value_, self.meaning = name, meaning
        return self

    # From a fill to its sale, in this order
    FILL_ARRIVED = "FILL_ARRIVED", "the account's stream told a fill, which went to the keeper of the pair"
    ORDER_ENDED = "ORDER_ENDED", "the account's stream told the end of an order without a fill"
    BOUGHT = "BOUGHT", "the keeper counts a fill of a BUY"
    SOLD = "SOLD", "the keeper counts a fill of a SELL"
    ORDER_SENT = "ORDER_SENT", "the Gateway has given an order or a cancel to its connection"
    ORDER_ANSWERED = "ORDER_ANSWERED", "the answer to it: `outcome`, and after how many milliseconds"
    LOT_RECORDED = "LOT_RECORDED", "the newest state of the lot is in the database, or waits on disk (`where`)"
    # SELLs
    SELL_REFUSED = "SELL_REFUSED", "the exchange has refused a SELL"
    SELL_UNKNOWN = "SELL_UNKNOWN", "whether a SELL stands on the book is not known; the exchange is asked"
    CANCEL_REFUSED = "CANCEL_REFUSED", "the exchange has refused the cancel of a SELL"
    CANCEL_UNKNOWN = "CANCEL_UNKNOWN", "whether a SELL is cancelled is not known; the exchange is asked"
    SELLS_ACCEPTED = "SELLS_ACCEPTED", "the exchange accepts SELLs of the pair again"
    SELLS_WAIT = "SELLS_WAIT", "SELLs of the pair wait, and why"
    EARLIER_SELLS_ASKED = "EARLIER_SELLS_ASKED", "the exchange is asked about SELLs that an earlier keeper has sent"
    NO_TRAILING = "NO_TRAILING", "no lot of the pair can follow the price"
    FEE_RISEN = "FEE_RISEN", "SELLs on the book were priced with a lower fee than that of now"
    FILTERS_UNKNOWN = "FILTERS_UNKNOWN", "the pair has filters that are new to lotkeeper"
    # The pair book
    BOOK_CONTRADICTED = "BOOK_CONTRADICTED", "what the exchange reports cannot be, by the book: all is compared"
    BOOK_COMPARED = "BOOK_COMPARED", "the book is compared with the exchange, and why"
    BOOK_DIFFERED = "BOOK_DIFFERED", "what a comparison has found"
    COMPARISON_FAILED = "COMPARISON_FAILED", "a comparison could not be ended; it begins again"
    HISTORY_BEGINS = "HISTORY_BEGINS", "lots and profit of the pair count from here on"
    DATABASE_EMPTY = "DATABASE_EMPTY", "the database has lost the pair: all lots are recorded again"
    COINS_MOVED = "COINS_MOVED", "coins came or went without a trade of the pair"
    TRADE_MISSED = "TRADE_MISSED", "the account's stream did not tell a trade"
    PAIR_UNLISTED = "PAIR_UNLISTED", "the exchange does not list the pair"
    PAIR_REFUSED = "PAIR_REFUSED", "the exchange refuses all SELLs of the pair"
    KEEPER_FENCED = "KEEPER_FENCED", "a newer keeper holds the pair; the older one ends, or is not obeyed"
    OUT_OF_TURN = "OUT_OF_TURN", "an actor got a message before its first one"
    # Gateway and connections
    ORDERS_STOPPED = "ORDERS_STOPPED", "no order is sent any more: another system or host has the account"
    KILL_SWITCH = "KILL_SWITCH", "the kill switch is on or off"
    IN_FLIGHT_JOURNAL = "IN_FLIGHT_JOURNAL", "something is wrong with the journal of what is in flight"
    LINK_LOST = "LINK_LOST", "the connection for requests was lost or cannot be made"
    LINK_PROVEN = "LINK_PROVEN", "requests go over a new connection"
    LINK_RENEWED = "LINK_RENEWED", "the connection for requests is replaced by a new one"
    BUDGET_BROKER = "BUDGET_BROKER", "the broker of the address's budget answers, or is gone"
    ANSWER_IGNORED = "ANSWER_IGNORED", "something that the exchange has sent cannot be read and is passed over"
    NO_THREAD = "NO_THREAD", "the system gives no thread for requests"
    STREAM_PROVEN = "STREAM_PROVEN", "a stream delivers"
    STREAM_RENEWED = "STREAM_RENEWED", "a stream is replaced by a new one"
    STREAM_LOST = "STREAM_LOST", "a stream was lost, is suspected, or cannot be had"
    EVENT_LOST = "EVENT_LOST", "an event of the account could not be read: keepers ask the exchange"
    PRICE_REFUSED = "PRICE_REFUSED", "a price that cannot be believed"
    PRICES_BY_REST = "PRICES_BY_REST", "prices are asked for by request, or come by stream again"
    TRADING_CHANGED = "TRADING_CHANGED", "a pair trades again, or does not"
    SUBSCRIBERS_LOST = "SUBSCRIBERS_LOST", "actors have not asked for prices again and count as dead"
    # Everything else
    DATABASE_TROUBLE = "DATABASE_TROUBLE", "the database cannot be written or read"
    DATABASE_WELL = "DATABASE_WELL", "all records that waited for the database are written"
    HALTS_TROUBLE = "HALTS_TROUBLE", "what a person has halted cannot be kept on disk"
    FEE_RESERVE = "FEE_RESERVE", "the reserve of BNB for fees"
    ALERT_SENT = "ALERT_SENT", "whether a channel took a message"
    ALERTS_TROUBLE = "ALERTS_TROUBLE", "the alerts cannot be told or remembered as they should"
    HOST_LEASE = "HOST_LEASE", "which of two hosts trades"
    SERVICE_STARTED = "SERVICE_STARTED", "the service keeps these pairs"
    SERVICE_STOPPED = "SERVICE_STOPPED", "the service has stopped; the SELLs stay on the book"
    MEMORY_NOT_MERGED = "MEMORY_NOT_MERGED", "the kernel cannot merge equal pages of memory, as `merge_memory` asks"
    SERVICE_FAILED = "SERVICE_FAILED", "the actors have ended, do not answer, or cannot be started"
    PROCESS_STARTED = "PROCESS_STARTED", "a process has begun (at DEBUG)"
    PAIR_LEFT = "PAIR_LEFT", "a pair that was taken out of the configuration is not kept any more"
    CONFIG_RELOADED = "CONFIG_RELOADED", "the service has taken over a changed configuration"
    CONFIG_TROUBLE = "CONFIG_TROUBLE", "the configuration, the key or the environment is not as it should be"
    WEB_SERVER = "WEB_SERVER", "the HTTP server"
    LOG_TROUBLE = "LOG_TROUBLE", "lines were dropped, or a log file cannot be written or rotated"
    OTHER = "OTHER", "a line without a name of its own, such as one of an earlier version"


EVENT_FIELD = "log_event"  # of a log record: its name; the engine has the same


def named(event: LogEvent, **facts: Any) -> dict[str, Any]:
    """The `extra` of a line of this name, with what it concerns: `symbol`, `lot`, `order` and figures."""
    return {EVENT_FIELD: event, **facts}
