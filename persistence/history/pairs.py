"""What the database knows of pairs: which were ever kept, and the rules of the exchange for their orders."""

from collections.abc import Mapping

from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import Terms
from persistence.history.database import HistoryDatabase
from persistence.terms_text import known_terms


def is_known(database: HistoryDatabase, symbol: str) -> bool:
    """Whether anything of the pair is recorded. Raises StoreError."""
    tables = ("trade_pairs", "cursors", "lots")
    queries = (f"SELECT 1 AS found FROM {table} WHERE symbol = :symbol LIMIT 1" for table in tables)  # noqa: S608
    return any(database.rows(query, {"symbol": symbol}) for query in queries)


def known_symbols(database: HistoryDatabase) -> list[str]:
    """The pairs that were ever kept, in alphabetical order. Raises StoreError."""
    return [row.symbol for row in database.rows("SELECT symbol FROM trade_pairs ORDER BY symbol")]


def read_rules(database: HistoryDatabase) -> Mapping[str, TradePair]:
    """The rules as the keepers read them last, by symbol; without a pair whose record cannot be read.

    Raises StoreError.
    """
    return {symbol: terms.market.pair for symbol, terms in read_terms(database).items()}


def read_terms(database: HistoryDatabase) -> Mapping[str, Terms]:
    """On which terms each pair is sold; as `read_rules`."""
    texts = (row.terms for row in database.rows("SELECT terms FROM trade_pairs"))
    return {each.market.pair.symbol: each for each in known_terms(texts)}
