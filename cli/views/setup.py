"""What the exchange said of the account, as a person reads it before the questions."""

from collections.abc import Iterator
from datetime import UTC, datetime

from lotkeeper.service.setup.picture import AccountPicture, Candidate, about_fees, warnings
from lotkeeper.trading.money import plain


def picture_lines(picture: AccountPicture) -> Iterator[str]:
    """The key, the fees, and the pairs to choose from."""
    yield "the exchange accepts the key, and the account may trade"
    yield from (f"! {each}" for each in warnings(picture))
    yield about_fees(picture)
    if not picture.candidates:
        yield "the account holds no coins that could be sold, and no order stands"
        return
    yield "pairs of the coins that you hold:"
    yield from (_candidate_line(each) for each in picture.candidates)


def _candidate_line(found: Candidate) -> str:
    orders = "1 open order" if found.open_orders == 1 else f"{found.open_orders} open orders"
    parts = [f"{plain(found.held)} {found.base}", *([orders] if found.open_orders else []), _traded(found)]
    return f"  {found.symbol:<12}{', '.join(parts)}"


def _traded(found: Candidate) -> str:
    if found.traded_ms is None:
        return "never traded"
    return f"traded last on {datetime.fromtimestamp(found.traded_ms / 1000, UTC):%Y-%m-%d}"
