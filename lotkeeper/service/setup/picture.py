"""What the exchange says of the account, and what follows from it for a first configuration; pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.exchange.rest.key_restrictions import KeyRestrictions
from lotkeeper.exchange.shapes import Account, ExchangeInfo
from lotkeeper.service.doctor.facts import Trouble
from lotkeeper.trading.fee_reserve.reserve import ASSET as BNB
from lotkeeper.trading.money import ZERO, plain, product, total
from lotkeeper.trading.nearest_names import did_you_mean
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.prices.best_prices import BestPrices

_USUAL_QUOTES = ("USDT", "USDC", "FDUSD", "EUR", "BTC")
MOST_CANDIDATES = 20  # each is one more question to the exchange


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that the configuration may have."""

    symbol: str
    base: str
    held: Decimal  # base asset, free and in orders
    open_orders: int = 0
    traded_ms: int | None = None  # the account's newest trade on it; None: it never traded there

    @property
    def is_proposed(self) -> bool:
        """Whether it was traded, or an order stands on it. Coins alone may lie there for other reasons."""
        return self.traded_ms is not None or self.open_orders > 0


@dataclass(frozen=True, slots=True)
class AccountPicture:
    """All that was asked."""

    account: Account
    rules: ExchangeInfo  # of all pairs
    restrictions: KeyRestrictions | Trouble
    candidates: tuple[Candidate, ...] = ()
    fee_asset: str | None = None  # what pays the fees: BNB, or None for what a trade brings


def refusals(picture: AccountPicture) -> list[str]:
    """Why no configuration is written for this key, a sentence each."""
    found = [] if picture.account.can_trade else ["the account may not trade: see the exchange's messages to you"]
    key = picture.restrictions
    if not isinstance(key, KeyRestrictions):
        return found
    if key.may_withdraw:
        found.append(
            "the key may withdraw coins, which lotkeeper never needs: take that permission away, then try again"
        )
    if not key.may_trade:
        found.append("the key may not trade on spot: give it that permission, then try again")
    if not key.may_read:
        found.append("the key may not read: give it that permission, then try again")
    return found


def warnings(picture: AccountPicture) -> list[str]:
    """What should be mended, a sentence each."""
    key = picture.restrictions
    if isinstance(key, Trouble):
        why = "test networks do not" if key.is_not_offered else key.text
        return [f"whether the key may withdraw is not known, the exchange does not tell: {why}"]
    found = []
    if not key.is_bound_to_addresses:
        found.append("any address may use the key: allow it for this machine's address only, on the exchange's page")
    if key.may_transfer:
        found.append("the key may move coins to other wallets: take that permission away, it is not needed")
    return found


def candidates(
    rules: Mapping[str, TradePair],
    account: Account,
    prices: Mapping[str, BestPrices],
    orders: Iterable[str],
) -> list[Candidate]:
    """The pairs of coins that the account has enough of for an order, and those with open orders (`orders`, a symbol
    for each), the latter first; at most twenty.
    """
    held = {each.asset: total((each.free, each.locked)) for each in account.balances}
    quotes = _quotes(rules, held)
    open_orders: dict[str, int] = {}
    for symbol in orders:
        open_orders[symbol] = open_orders.get(symbol, 0) + 1
    found = [
        Candidate(pair.symbol, pair.base, held.get(pair.base, ZERO), open_orders.get(pair.symbol, 0))
        for pair in rules.values()
        if pair.is_trading and (pair.symbol in open_orders or _is_held(pair, held, prices, quotes))
    ]
    values = {each.symbol: _value(each, prices) for each in found}
    found.sort(key=lambda each: (-each.open_orders, quotes.get(rules[each.symbol].quote, 99), -values[each.symbol]))
    return found[:MOST_CANDIDATES]


def _quotes(rules: Mapping[str, TradePair], held: Mapping[str, Decimal]) -> dict[str, int]:
    """The quote assets that the account may trade in, by rank: those that it has, then the usual ones."""
    listed = {pair.quote for pair in rules.values()}
    mine = sorted((asset for asset in held if asset in listed and asset in _USUAL_QUOTES), key=_USUAL_QUOTES.index)
    return {asset: rank for rank, asset in enumerate(dict.fromkeys((*mine, *_USUAL_QUOTES)))}


def _is_held(
    pair: TradePair, held: Mapping[str, Decimal], prices: Mapping[str, BestPrices], quotes: Mapping[str, int]
) -> bool:
    quantity = held.get(pair.base, ZERO)
    if pair.quote not in quotes or quantity < pair.min_quantity or pair.symbol not in prices:
        return False
    return product(quantity, prices[pair.symbol].bid) >= pair.min_notional


def _value(found: Candidate, prices: Mapping[str, BestPrices]) -> Decimal:
    price = prices.get(found.symbol)
    return ZERO if price is None else product(found.held, price.bid)


def unlisted(symbols: Iterable[str], picture: AccountPicture) -> Iterator[str]:
    """A sentence for each pair that the exchange does not list."""
    for symbol in symbols:
        if symbol not in picture.rules.pairs:
            yield f"the exchange does not list {symbol}{did_you_mean(symbol, picture.rules.pairs)}"


def about_fees(picture: AccountPicture) -> str:
    """What pays the fees of this account now."""
    if picture.fee_asset is None:
        return "fees are paid in the coins that a trade brings"
    free = next((each.free for each in picture.account.balances if each.asset == BNB), ZERO)
    return f"fees are paid in {picture.fee_asset}, of which {plain(free)} is free; see fees.bnb.keep_at_least"
