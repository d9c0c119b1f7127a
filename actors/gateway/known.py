"""What the Gateway remembers of its answers for a moment."""

from dataclasses import dataclass, field

from actors.gateway.balances import Balances
from actors.gateway.quotes import Quotes
from actors.gateway.rules import PairRules
from messages.queries import FetchBalance


@dataclass(frozen=True, slots=True)
class Known:
    """Saves requests; nothing that an order depends on is taken from it."""

    quotes: Quotes = field(default_factory=Quotes)
    balances: Balances = field(default_factory=Balances)
    rules: PairRules = field(default_factory=PairRules)

    def has(self, query: object, now_ms: int) -> bool:
        """Whether the answer takes no request."""
        return isinstance(query, FetchBalance) and self.balances.known(query, now_ms) is not None
