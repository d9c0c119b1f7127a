"""Commission of a fill (source: "Commission FAQ").

Charged on the received asset at the maker or taker rate, in eight decimals rounded down: the exchange documents no
direction, so that this one is a choice. With the BNB discount on and enough free BNB, it is charged in BNB at
three quarters of its worth; otherwise, silently, on the received asset.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.paper.accounts import Account
from lotkeeper.paper.numbers import down
from lotkeeper.trading.money import EXACT

DISCOUNT = Decimal("0.75")
BNB = "BNB"

# The worth of one BNB in a quote asset, None where no market tells.
BnbPrice = Callable[[str], Decimal | None]


@dataclass(slots=True)
class Fees:
    """Rates as fractions: 0.001 is a tenth of a percent."""

    maker: Decimal
    taker: Decimal
    in_bnb: bool = False

    def rate(self, maker: bool) -> Decimal:
        return self.maker if maker else self.taker

    def in_bnb_for(self, quote_amount: Decimal, quote: str, maker: bool, price_of_bnb: BnbPrice) -> Decimal | None:
        """The commission in BNB of a fill worth `quote_amount`, None where it cannot be paid so."""
        price = price_of_bnb(quote) if self.in_bnb else None
        if not price:
            return None
        worth = EXACT.multiply(EXACT.multiply(quote_amount, self.rate(maker)), DISCOUNT)
        return down(EXACT.divide(worth, price))

    def charge(
        self, account: Account, asset: str, amount: Decimal, maker: bool, bnb: Decimal | None
    ) -> tuple[Decimal, str]:
        """Credit a fill's `amount` of `asset` less its commission; the commission and the asset it was paid in."""
        if bnb is not None:
            account.receive(asset, amount)
            if account.pay(BNB, bnb):
                return bnb, BNB
            account.pay(asset, amount)
        commission = down(EXACT.multiply(amount, self.rate(maker)))
        account.receive(asset, amount - commission)
        return commission, asset
