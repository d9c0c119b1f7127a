"""What the exchange said of the account, before the questions."""

from dataclasses import replace
from decimal import Decimal as D

from cli.views.setup import picture_lines
from lotkeeper.exchange.shapes import Account, ExchangeInfo
from lotkeeper.service.setup.picture import AccountPicture, Candidate
from tests.lotkeeper.service.doctor.samples import RESTRICTIONS

PICTURE = AccountPicture(
    Account((), can_trade=True, uid=1),
    ExchangeInfo({}, ()),
    RESTRICTIONS,
    (
        Candidate("BTCUSDT", "BTC", D("0.50"), 1, 1_700_000_000_000),
        Candidate("ETHUSDT", "ETH", D(2), 2, None),
        Candidate("DOGEUSDT", "DOGE", D(100)),
    ),
)


def test_the_pairs_to_choose_from():
    assert list(picture_lines(PICTURE))[-3:] == [
        "  BTCUSDT     0.5 BTC, 1 open order, traded last on 2023-11-14",
        "  ETHUSDT     2 ETH, 2 open orders, never traded",
        "  DOGEUSDT    100 DOGE, never traded",
    ]


def test_an_account_with_nothing_to_sell():
    assert list(picture_lines(replace(PICTURE, candidates=())))[-1].startswith("the account holds no coins")


def test_what_should_be_mended_is_marked():
    given = replace(PICTURE, restrictions=replace(RESTRICTIONS, is_bound_to_addresses=False))
    assert [line for line in picture_lines(given) if line.startswith("! any address may use the key")]
