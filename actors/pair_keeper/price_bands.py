"""The reference price for the price of an order that a person gives: a plan that the exchange would refuse is none.

Only a plan asks for it, and a BUY that the exchange has refused for its price, where the pair has a price band: what is
sent waits for no further answer. It is kept apart from what refusals teach, so that no SELL of a lot waits for it.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from actors.pair_keeper.effects import Effects, Moment, Peer, Send
from actors.pair_keeper.refusal_facts import RefusalFacts
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import KeeperState
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.price_band import why_price_refused
from messages.queries import FetchFailed, FetchReference, ReferenceFetched

_FRESH_S = 20.0  # sales of many lots at one price, and a plan and what follows from it, share an answer


class PriceBands:
    """Without an answer the reference price is not known, and the exchange decides."""

    def __init__(self, state: KeeperState, requests: Requests, facts: RefusalFacts) -> None:
        self._state, self._requests, self._facts = state, requests, facts
        self._price: Decimal | None = None  # quote
        self._price_s = 0.0  # when it came (monotonic)

    def reference(self, now: Moment) -> Decimal | None:
        """What the exchange measures the prices of orders by (quote); None: not known."""
        is_fresh = now.monotonic_s - self._price_s < _FRESH_S
        return self._facts.reference or (self._price if is_fresh else None)

    def ask(self, price: Decimal | None, tag: Any, now: Moment) -> Effects[bool]:
        """Asks for it if this price (None: the market sets it) is measured by it; whether an answer is to come."""
        market, symbol = self._state.book.terms[0], self._state.symbol
        if price is None or not market.pair.has_price_band or self.reference(now) is not None:
            return False
        question = self._requests.ask(lambda number: FetchReference(number, symbol), tag, now.monotonic_s)
        yield Send(Peer.GATEWAY, question)
        return True

    def why_refused(self, prices: Iterable[tuple[Side, Decimal]], code: int, now: Moment) -> str:
        """What to say of an order with these prices (quote) that the exchange refused for one of them."""
        return why_price_refused(self._state.book.terms[0].pair, prices, self.reference(now), code)

    def remember(self, message: ReferenceFetched | FetchFailed, now: Moment) -> None:
        """A price of zero is that of a pair on which nothing was traded yet."""
        self._price = message.price or None if isinstance(message, ReferenceFetched) else None
        self._price_s = now.monotonic_s
