"""Accounts and keys by control requests: several traders at one exchange, keys with limited permissions."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from binance_sim.account.account import NO_GROUP, TradingAccount
from binance_sim.account.fees import standard_fees
from binance_sim.api.keys import ALL_PERMISSIONS, KeyStore, hmac_key, public_key
from binance_sim.api.signatures import KeyFileError
from binance_sim.faults.fault import FaultError
from binance_sim.faults.kinds import read_decimal, read_permissions, read_whole
from binance_sim.matching.exchange import Exchange
from binance_sim.numbers import format_plain

Json = dict[str, Any]


@dataclass(slots=True)
class AccountAdmin:
    """Opens accounts and creates keys."""

    exchange: Exchange
    keys: KeyStore
    random_key: Callable[[], str]
    record_account: Callable[[TradingAccount], None]

    def find(self, body: Json) -> TradingAccount:
        """The account with the given name, by default the first; raises FaultError."""
        accounts = self.exchange.accounts
        name = str(body.get("account", next(iter(accounts))))
        if name not in accounts:
            raise FaultError(f"account {name} is not among {', '.join(accounts)}")
        return accounts[name]

    def describe(self) -> Json:
        return {
            name: {
                "uid": account.uid,
                "tradeGroupId": account.group,
                "canTrade": account.can_trade,
                "balances": {asset: format_plain(account.funds.total(asset)) for asset in account.funds.free},
            }
            for name, account in self.exchange.accounts.items()
        }

    def open_account(self, body: Json) -> Json:
        """Open an account with `balances` and an HMAC key."""
        name = body.get("name")
        if not isinstance(name, str) or not name or name in self.exchange.accounts:
            raise FaultError(f"name is {name!r}: an account needs a name of its own")
        first = next(iter(self.exchange.accounts.values()))
        fees = standard_fees(read_decimal(body, "maker", "0.001"), read_decimal(body, "taker", "0.001"))
        group, funds = read_whole(body, "tradeGroupId", NO_GROUP), read_balances(body)
        limits = (first.unfilled.limits[0], first.unfilled.limits[1])
        account = self.exchange.open_account(name, funds, fees, limits)
        account.group = group
        self.record_account(account)
        return {"account": name, **self.add_key({"account": name})}

    def add_key(self, body: Json) -> Json:
        """Add a key to an account: HMAC, or a public key in PEM. By default it has all permissions."""
        account = self.find(body)
        allowed = read_permissions(body, ALL_PERMISSIONS)
        api_key, pem = self.random_key(), body.get("public_key")
        if pem is None:
            secret = self.random_key()
            self.keys.add(hmac_key(api_key, account, secret, allowed))
            return {"api_key": api_key, "api_secret": secret}
        try:
            self.keys.add(public_key(api_key, account, str(pem), allowed))
        except KeyFileError as error:
            raise FaultError(f"public_key: {error}") from error
        return {"api_key": api_key}


def read_balances(body: Json) -> dict[str, Decimal]:
    """Amounts by asset, zero or above; raises FaultError."""
    found = body.get("balances", {})
    if not isinstance(found, dict):
        raise FaultError(f'balances is {found!r}, not an object such as {{"USDT": "1000"}}')
    funds = {asset: read_decimal(found, asset) for asset in found}
    if below := [asset for asset, held in funds.items() if held < 0]:
        raise FaultError(f"balances: {below[0]} is below zero")
    return funds
