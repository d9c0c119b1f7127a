"""The section `fees`: the BNB that is kept to pay trading fees with."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from lotkeeper.config.exits import Conflict, Section
from lotkeeper.trading.fee_reserve.reserve import ASSET, FeeReserveSettings, TopUp

_AMOUNT = "a decimal number from 0 to 1000000000, in BNB"
_BOUGHT = "a decimal number above 0, at most 1000000000"
_PAIR = "a pair that buys BNB, such as BNBUSDT"
_TOP_UP = "a mapping with pair and either amount (in BNB) or quote (in the pair's quote asset)"
_BNB = "a mapping with keep_at_least and top_up"


def _check_pair(text: str) -> str:
    if not text.startswith(ASSET) or text == ASSET or text != text.upper():
        raise ValueError("not a pair that buys BNB")
    return text


Amount = Annotated[Decimal, Field(ge=0, le=10**9, allow_inf_nan=False)]
Bought = Annotated[Decimal, Field(gt=0, le=10**9, allow_inf_nan=False)]


class TopUpConfig(Section):
    """What is bought when too little BNB is free."""

    pair: Annotated[str, AfterValidator(_check_pair)] = Field(description=_PAIR)
    amount: Bought | None = Field(default=None, description=_BOUGHT)
    quote: Bought | None = Field(default=None, description=_BOUGHT)


class BnbConfig(Section):
    """How much BNB is kept free for fees; zero: nobody looks after it."""

    keep_at_least: Amount = Field(default=Decimal(0), description=_AMOUNT)
    top_up: TopUpConfig | None = Field(default=None, description=_TOP_UP)


class FeesConfig(Section):
    """How trading fees are paid."""

    bnb: BnbConfig = Field(default=BnbConfig(), description=_BNB)


NESTED: Final[dict[str, type[Section]]] = {"bnb": BnbConfig, "top_up": TopUpConfig}  # keys with a mapping of keys


def fee_conflicts(fees: FeesConfig, pairs: Iterable[str]) -> Iterator[tuple[tuple[str, ...], Conflict]]:
    """What does not go together in `fees`, each with the path of its key. `pairs` are those that are kept."""
    bnb, top_up = fees.bnb, fees.bnb.top_up
    if top_up is None:
        return
    path = ("fees", "bnb", "top_up")
    if (top_up.amount is None) == (top_up.quote is None):
        found = "neither amount nor quote" if top_up.amount is None else "both amount and quote"
        yield path, Conflict("top_up", found, "one of the two")
    if not bnb.keep_at_least:
        yield path, Conflict("top_up", "a top-up without keep_at_least", "keep_at_least above 0, below which it buys")
    if top_up.pair in pairs:
        allowed = "a pair that is not kept, such as BNB against another quote asset: a BUY on a kept pair is a lot"
        yield (*path, "pair"), Conflict("pair", f"the pair {top_up.pair}, which is in pairs", allowed)


def fee_reserve(fees: FeesConfig) -> FeeReserveSettings | None:
    """The same as the rules have it; None where nobody looks after the reserve."""
    bnb = fees.bnb
    if not bnb.keep_at_least:
        return None
    top_up = None if bnb.top_up is None else TopUp(bnb.top_up.pair, bnb.top_up.amount, bnb.top_up.quote)
    return FeeReserveSettings(bnb.keep_at_least, top_up)
