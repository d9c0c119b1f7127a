"""What an API key may do (Binance wallet endpoints, "Get API Key Permission"). Test networks do not tell."""

from dataclasses import dataclass

from lotkeeper.exchange import fields
from lotkeeper.exchange.requests import ExchangeRequest

_PATH = "/sapi/v1/account/apiRestrictions"
_MOVING = ("enableInternalTransfer", "permitsUniversalTransfer")


@dataclass(frozen=True, slots=True)
class KeyRestrictions:
    """What the owner of the key has allowed it."""

    may_read: bool
    may_trade: bool  # spot and margin
    may_withdraw: bool
    may_transfer: bool  # to other wallets or users of the exchange
    is_bound_to_addresses: bool  # whether only some IP addresses may use it
    trading_ends_ms: int | None = None  # the exchange takes the permission to trade back then; None: it does not say


def key_restrictions() -> ExchangeRequest:
    """Answered with KeyRestrictions; Unknown with status 404 where the exchange has no wallet endpoints."""
    return ExchangeRequest("GET", _PATH, "", {}, read_restrictions, is_signed=True)


def read_restrictions(body: object) -> KeyRestrictions:
    """Raises MalformedError. A permission that the answer does not name is not given."""
    source = fields.row(body)
    end = source.get("tradingAuthorityExpirationTime")
    return KeyRestrictions(
        may_read=fields.flag(source, "enableReading"),
        may_trade=fields.flag(source, "enableSpotAndMarginTrading"),
        may_withdraw=fields.flag(source, "enableWithdrawals"),
        may_transfer=any(source.get(name) is True for name in _MOVING),
        is_bound_to_addresses=fields.flag(source, "ipRestrict"),
        trading_ends_ms=end if type(end) is int else None,
    )
