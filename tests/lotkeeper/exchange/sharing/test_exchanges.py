"""Which addresses are those of one exchange."""

import pytest

from lotkeeper.exchange.sharing.exchanges import exchange_of


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.binance.com", "api.binance.com"),
        ("https://api3.binance.com", "api.binance.com"),
        ("https://api-gcp.binance.com", "api.binance.com"),
        ("https://testnet.binance.vision", "testnet.binance.vision"),
        ("https://api1.testnet.binance.vision", "testnet.binance.vision"),
        ("https://demo-api.binance.com", "demo-api.binance.com"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
    ],
)
def test_other_names_of_the_same_servers_are_one_exchange(url: str, name: str) -> None:
    assert exchange_of(url) == name
