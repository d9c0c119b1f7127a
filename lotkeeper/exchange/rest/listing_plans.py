"""What the exchange says of the future of pairs and coins (Binance wallet endpoints); test networks do not tell.

Both requests name no symbol: the answers have every pair and every coin.
"""

from lotkeeper.exchange import fields
from lotkeeper.exchange.requests import ExchangeRequest

_DELISTINGS = "/sapi/v1/spot/delist-schedule"
_TAGS = "/sapi/v1/spot/asset/tags"


def delistings() -> ExchangeRequest:
    """Answered with a dict: by symbol when the exchange takes it off its list (exchange's time, milliseconds).

    Unknown with status 404 where the exchange has no wallet endpoints. The page says that it takes a timestamp, so it
    is signed.
    """
    return ExchangeRequest("GET", _DELISTINGS, "", {}, read_delistings, is_signed=True)


def asset_tags() -> ExchangeRequest:
    """Answered with a dict: by asset its tags, such as Monitoring; assets without a tag are not in it."""
    return ExchangeRequest("GET", _TAGS, "", {}, read_tags, is_signed=True)


def read_delistings(body: object) -> dict[str, int]:
    """Raises MalformedError."""
    found: dict[str, int] = {}
    for each in fields.rows(body):
        source = fields.row(each)
        at_ms = fields.whole(source, "delistTime")
        for symbol in fields.rows(source.get("symbols")):
            found[str(symbol)] = min(at_ms, found.get(str(symbol), at_ms))
    return found


def read_tags(body: object) -> dict[str, tuple[str, ...]]:
    """Raises MalformedError."""
    found = {}
    for each in fields.rows(body):
        source = fields.row(each)
        tags = tuple(str(tag) for tag in fields.rows(source.get("tags")))
        if tags:
            found[fields.text(source, "assetCode")] = tags
    return found
