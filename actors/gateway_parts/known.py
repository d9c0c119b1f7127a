"""What the Gateway remembers of its answers for a moment."""

from dataclasses import dataclass, field

from actors.gateway_parts.balances import Balances
from actors.gateway_parts.quotes import Quotes


@dataclass(frozen=True, slots=True)
class Known:
    """Saves requests; nothing that an order depends on is taken from it."""

    quotes: Quotes = field(default_factory=Quotes)
    balances: Balances = field(default_factory=Balances)
